import { type ChildProcess, spawn, type SpawnOptions, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { HttpClient } from '../../src/commands/http-client.ts';

const PROGRAM = fileURLToPath(new URL('../../dist/main.js', import.meta.url));
const COMMANDS = fileURLToPath(new URL('../../dist/commands/main.js', import.meta.url));
const READY_MS = 60_000;

/** What a whole classroom needs: students of their own uids, behind all walls. */
export const canRunRooms =
  process.platform === 'linux' &&
  process.getuid?.() === 0 &&
  existsSync('/usr/bin/bwrap') &&
  existsSync('/usr/bin/python3');

/** Whether a user who is not root can run the classroom from here. */
export const canRunAs = (user: { readonly uid: number; readonly gid: number }): boolean =>
  spawnSync(process.execPath, [PROGRAM, '--version'], { ...user, cwd: '/' }).status === 0;

export interface System {
  readonly process: ChildProcess;
  readonly port: number;
  readonly origin: string;
  readonly mainPid: number;
  readonly operatorSocket: string;
  readonly dataFolder: string;
  readonly lines: readonly string[];
  stop(): Promise<number | null>;
}

/** What the suites of one classroom share. */
export interface Shared {
  readonly system: () => System;
  /** Signs in as somebody of the demo. */
  readonly enter: (name: string) => Promise<HttpClient>;
}

/** A data folder of the test's own, through which students' users can pass. */
export function makeDataFolder(): { readonly folder: string; readonly around: string; remove(): void } {
  const folder = mkdtempSync('/var/tmp/rowhouse-test-');
  chmodSync(folder, 0o711);
  return {
    folder: path.join(folder, 'data'),
    around: folder,
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** As whom a classroom is started, and with which environment. Default: as we are. */
type As = Pick<SpawnOptions, 'uid' | 'gid' | 'env'>;

/** Starts the built classroom, a demo unless told otherwise, and waits until it is healthy. */
export async function startSystem(
  dataFolder: string,
  args: readonly string[] = ['--demo'],
  as: As = {},
): Promise<System> {
  const all = ['--port', '0', '--data-folder', dataFolder, '--log-level', 'error', ...args];
  const child = spawn(process.execPath, [PROGRAM, ...all], { ...as, cwd: '/', stdio: ['ignore', 'pipe', 'pipe'] });
  const lines: string[] = [];
  const exited = once(child, 'exit');
  const ready = new Promise<RegExpExecArray>((resolve) => {
    for (const input of [child.stdout, child.stderr])
      createInterface({ input }).on('line', (line) => {
        lines.push(line);
        const found = /^healthy:.* main :(\d+) \(pid (\d+)\)/.exec(line);
        if (found) resolve(found);
      });
  });
  const found = await Promise.race([
    ready,
    exited.then(() => Promise.reject(new Error(`it ended:\n${lines.join('\n')}`))),
    new Promise<never>((_resolve, reject) => {
      setTimeout(() => reject(new Error(`not ready:\n${lines.join('\n')}`)), READY_MS).unref();
    }),
  ]);
  const port = Number(found[1]);
  return {
    process: child,
    port,
    origin: `${args.includes('--ssl-certfile') ? 'https' : 'http'}://localhost:${port}`,
    mainPid: Number(found[2]),
    operatorSocket: `/run/rowhouse/classroom-${port}/operator/operator.sock`,
    dataFolder,
    lines,
    async stop() {
      if (child.exitCode === null && child.signalCode === null) {
        child.kill('SIGTERM');
        await exited;
      }
      return child.exitCode;
    },
  };
}

/** Calls a command as `npm run classroom -- …` does, with this on its standard input. */
export async function command(
  system: Pick<System, 'port'>,
  args: readonly string[],
  input = '',
): Promise<{ readonly code: number | null; readonly out: string; readonly err: string }> {
  const child = spawn(process.execPath, [COMMANDS, ...args, '--port', String(system.port)]);
  const said = { out: '', err: '' };
  child.stdout.on('data', (chunk: Buffer) => (said.out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (said.err += chunk.toString()));
  child.stdin.on('error', () => {}); // it may end without having read
  child.stdin.end(input);
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, ...said };
}

/** Starts a classroom that is expected to refuse; what it said, and its exit code. */
export async function startInVain(
  args: readonly string[],
  as: As = {},
): Promise<{ code: number | null; text: string }> {
  const child = spawn(process.execPath, [PROGRAM, '--log-level', 'silent', ...args], {
    ...as,
    cwd: '/',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (text += chunk.toString()));
  const timer = setTimeout(() => child.kill('SIGKILL'), READY_MS);
  const [code] = (await once(child, 'close')) as [number | null];
  clearTimeout(timer);
  return { code, text };
}
