import { spawn } from 'node:child_process';
import path from 'node:path';
import type { Readable } from 'node:stream';

const MIB = 1024 * 1024;
const STAGE = path.join(import.meta.dirname, '../stage/guard.py');
/** Exit code of the stage when the time was up. */
const TIMED_OUT = 124;

export interface GuardOptions {
  /** Memory of everything inside, the files in memory included. Default: 2 GiB. */
  readonly memoryBytes?: number;
  /** Processes and threads inside. Default: 1,000. */
  readonly pids?: number;
  /** Everything inside is ended after this long. Default: 60 s. */
  readonly wallMs?: number;
  /** The environment inside, besides `PATH` and `HOME`. */
  readonly env?: Readonly<Record<string, string>>;
  /** Folders of the host that are seen inside, read-only, at the same place; `/usr` and `/etc` always are. */
  readonly mounts?: readonly string[];
  /** Sizes of what is writable, in bytes by path, added to the usual ones. */
  readonly writable?: Readonly<Record<string, number>>;
  /** Addresses put on the loopback interface inside. Default: the metadata address of clouds. */
  readonly addresses?: readonly string[];
  /** Where the output goes: to this process's own, or (default) into the result. */
  readonly stdout?: 'inherit' | 'collect';
  readonly stderr?: 'inherit' | 'collect';
  /** The Python that sets the walls up. */
  readonly python?: string;
  /** Ends everything inside. */
  readonly signal?: AbortSignal;
}

export interface GuardResult {
  /** Of the command; 128 + n when signal n ended it. */
  readonly exitCode: number;
  readonly timedOut: boolean;
  readonly stdout: string;
  readonly stderr: string;
}

const WRITABLE: Readonly<Record<string, number>> = {
  '/tmp': 256 * MIB,
  '/var/lib': 1024 * MIB,
  '/var/tmp': 16 * MIB,
  '/run': 64 * MIB,
  '/root': 64 * MIB,
  '/home': 64 * MIB,
  '/dev/shm': 128 * MIB,
};

/**
 * Runs a command as root behind walls of its own: mounts, processes, network, IPC, host name and users of its own,
 * read-only programs, everything writable in memory, and limits on memory, processes and time. Nothing is left of it
 * afterwards, also when it, this process or the guard is killed.
 *
 * @throws Error when the guard could not be started; see {@link guardObstacle}
 */
export async function runGuarded(
  command: string,
  args: readonly string[],
  options: GuardOptions = {},
): Promise<GuardResult> {
  const settings = {
    command,
    args,
    memoryBytes: options.memoryBytes ?? 2048 * MIB,
    pids: options.pids ?? 1000,
    wallMs: options.wallMs ?? 60_000,
    env: { PATH: '/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin', HOME: '/root', ...options.env },
    mounts: options.mounts ?? [],
    writable: { ...WRITABLE, ...options.writable },
    addresses: options.addresses ?? ['169.254.169.254'],
  };
  const stream = (where: 'inherit' | 'collect' | undefined) => (where === 'inherit' ? 'inherit' : 'pipe');
  const stage = spawn(options.python ?? '/usr/bin/python3', ['-E', '-s', '-B', STAGE, JSON.stringify(settings)], {
    stdio: ['ignore', stream(options.stdout), stream(options.stderr), 'pipe'], // the last is the lifeline: it closes when this process is gone
  });
  const abort = () => stage.kill('SIGTERM');
  options.signal?.addEventListener('abort', abort, { once: true });
  const texts = Promise.all([collect(stage.stdout), collect(stage.stderr)]);
  try {
    const exitCode = await new Promise<number>((resolve, reject) => {
      stage.once('error', reject);
      stage.once('exit', (code, signal) =>
        code === null ? reject(new Error(`the guard got ${signal}`)) : resolve(code),
      );
    });
    const [stdout, stderr] = await texts;
    return { exitCode, timedOut: exitCode === TIMED_OUT, stdout, stderr };
  } finally {
    options.signal?.removeEventListener('abort', abort);
  }
}

async function collect(stream: Readable | null): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream ?? []) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}
