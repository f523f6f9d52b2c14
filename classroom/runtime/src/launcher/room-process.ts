import { type ChildProcess, spawn } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import * as z from 'zod';
import { firstLine } from './bubblewrap.ts';
import { LauncherError } from './errors.ts';
import type { Owner } from './folders.ts';
import type { RoomPolicy } from './room-policy.ts';

/** Where bubblewrap says which process became the room's first. */
export const INFO_FD = 3;
const START_MS = 10_000;
/** What a room's first process may say about its own trouble; the rest is not read. */
const TROUBLE_BYTES = 8 * 1024;

export interface Exit {
  readonly code: number | null;
  readonly signal: string | null;
}

export interface RoomProcess {
  /** The child of this process. */
  readonly pid: number;
  /** The room's first process, as this machine counts; the same as `pid` without bubblewrap. */
  readonly hostPid: number;
  readonly stdin: Writable | null;
  readonly stdout: Readable | null;
  readonly exited: Promise<Exit>;
  /** The first line of what it said on stderr; printable. */
  trouble(): string;
  /** Gives it its policy: only now does it begin. */
  begin(policy: RoomPolicy): void;
}

export interface RoomCommand {
  readonly command: string;
  readonly args: readonly string[];
  readonly user: Owner | undefined;
  readonly environment: Readonly<Record<string, string>>;
  readonly cwd: string;
  /** The command is bubblewrap, which tells on `INFO_FD`. */
  readonly tells: boolean;
  /** Its standard output is wanted. */
  readonly stdout: boolean;
  /** Left open on purpose, to see that no program of a room gets it. */
  readonly strayFd?: number | undefined;
}

/**
 * Starts a room's process, which waits for its policy. Every descriptor that it gets is named here; all others of this
 * process are closed at exec.
 *
 * @param onSpawned called at once, while nothing of a room has run yet
 * @throws LauncherError `ERR_LAUNCHER_SPAWN`
 */
export async function startRoomProcess(
  room: string,
  command: RoomCommand,
  onSpawned: (pid: number) => void,
): Promise<RoomProcess> {
  const child = spawn(command.command, command.args, {
    ...command.user,
    cwd: command.cwd,
    env: { ...command.environment },
    detached: true,
    stdio: [
      'pipe',
      command.stdout ? 'pipe' : 'ignore',
      'pipe',
      command.tells ? 'pipe' : 'ignore',
      command.strayFd ?? 'ignore',
    ],
  });
  const trouble = collectTrouble(child);
  const failed = (reason: string) => new LauncherError('ERR_LAUNCHER_SPAWN', { room, reason });
  const { pid } = child;
  if (pid === undefined) {
    const error = await new Promise<Error>((resolve) => child.once('error', resolve));
    throw failed(error.message);
  }
  child.on('error', () => {});
  const exited = new Promise<Exit>((resolve) => child.once('exit', (code, signal) => resolve({ code, signal })));
  // It may end before it reads; its exit tells.
  child.stdin?.on('error', () => {});
  try {
    onSpawned(pid);
    const hostPid = command.tells ? await readHostPid(child, exited) : pid;
    if (hostPid === undefined) throw failed(trouble() || 'it ended at once');
    return {
      pid,
      hostPid,
      stdin: child.stdin,
      stdout: child.stdout,
      exited,
      trouble,
      begin(policy) {
        const data = Buffer.from(JSON.stringify(policy));
        child.stdin?.write(Buffer.concat([Buffer.from(String(data.length).padStart(8, '0')), data]));
        if (!policy.keepStdin) child.stdin?.end();
      },
    };
  } catch (error) {
    // Not yet anybody's room, and a child of this process that nobody has collected: its number is still its own.
    child.kill('SIGKILL');
    throw error;
  }
}

const infoSchema = z.object({ 'child-pid': z.int().min(2) });

async function readHostPid(child: ChildProcess, exited: Promise<Exit>): Promise<number | undefined> {
  const info = child.stdio[INFO_FD];
  if (!info || !('read' in info)) return undefined;
  let text = '';
  const told = new Promise<number | undefined>((resolve) => {
    info.on('data', (chunk: Buffer) => {
      text += chunk.toString('utf8');
      const pid = parseInfo(text);
      if (pid !== undefined || text.length > 4096) resolve(pid);
    });
    info.on('end', () => resolve(parseInfo(text)));
    info.on('error', () => resolve(undefined));
  });
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), START_MS);
  });
  const pid = await Promise.race([told, exited.then(() => undefined), late]);
  clearTimeout(timer);
  info.destroy();
  return pid;
}

function parseInfo(text: string): number | undefined {
  try {
    return infoSchema.safeParse(JSON.parse(text)).data?.['child-pid'];
  } catch {
    return undefined;
  }
}

function collectTrouble(child: ChildProcess): () => string {
  let text = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    text += chunk.toString('utf8');
    if (text.length > TROUBLE_BYTES) child.stderr?.destroy();
  });
  child.stderr?.on('error', () => {});
  return () => firstLine(text);
}
