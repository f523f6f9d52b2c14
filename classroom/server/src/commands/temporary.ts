import { spawn } from 'node:child_process';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { CommandError } from './errors.ts';

export interface TemporaryOptions {
  /** The classroom's own program. */
  readonly demoProgram: URL;
  readonly operatorSocketOf: (port: number) => string;
  readonly freePort: () => Promise<number>;
  /** Node's own flags, which the program inherits. */
  readonly execArgv: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly print: (line: string) => void;
}

export interface TemporaryDemo {
  readonly origin: string;
  readonly operatorSocket: string;
  /** Of its supervisor. */
  readonly pid: number;
}

const START_MS = 90_000;
const STOP_MS = 30_000;

/** Starts a demo in a folder of its own, does something with it and leaves nothing behind. @throws CommandError */
export async function withTemporaryDemo<T>(
  options: TemporaryOptions,
  work: (demo: TemporaryDemo) => Promise<T>,
): Promise<T> {
  const { demoProgram, operatorSocketOf, freePort, execArgv, env, print } = options;
  const port = await freePort();
  // Students' users pass through it to their workspaces; mkdtemp alone would keep them out.
  const folder = await mkdtemp(path.join(process.getuid?.() === 0 ? '/var/tmp' : tmpdir(), 'rowhouse-measure-'));
  await chmod(folder, 0o711);
  print(`Starting a classroom of its own for the measurement, on port ${port}…`);
  const child = spawn(
    process.execPath,
    [...execArgv, fileURLToPath(demoProgram), '--demo', '--port', String(port), '--data-folder', `${folder}/data`],
    { stdio: ['ignore', 'pipe', 'inherit'], env: { ...env, ROWHOUSE_CLASSROOM_LOG_LEVEL: 'warn' } },
  );
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  try {
    await ready(child, exited);
    return await work({
      origin: `http://localhost:${port}`,
      operatorSocket: operatorSocketOf(port),
      pid: child.pid ?? 0,
    });
  } finally {
    child.kill('SIGTERM');
    const late = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
    await exited;
    clearTimeout(late);
    await rm(folder, { recursive: true, force: true });
  }
}

function ready(child: ReturnType<typeof spawn>, exited: Promise<void>): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new CommandError('The classroom did not start in time.')), START_MS);
    let text = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      text += chunk.toString('utf8');
      // Healthy, and its people are there.
      if (/^healthy:/m.test(text) && /^Demo:/m.test(text)) {
        clearTimeout(timer);
        resolve();
      }
    });
    void exited.then(() => reject(new CommandError('The classroom did not start.')));
  });
}
