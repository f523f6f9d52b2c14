import { type ChildProcess, spawn } from 'node:child_process';
import { Duplex, type Readable } from 'node:stream';
import { openParentChannel, type ParentChannel } from './channel.ts';
import type { ChildSpec } from './child-spec.ts';
import type { Clock } from './clock.ts';
import { createLineReader } from './lines.ts';
import type { ChildMessage, ParentMessage } from './messages.ts';

const standardPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
const outputLineLimitBytes = 64 * 1024;

/** What a running process tells; each of them at most once unless it says otherwise. */
export interface ProcessHandlers {
  onSpawnError(reason: string): void;
  /** Any number of times. */
  onMessage(message: ChildMessage): void;
  onViolation(reason: string): void;
  /** Any number of times. */
  onOutput(stream: 'stdout' | 'stderr', line: string): void;
  onExit(code: number | null, signal: NodeJS.Signals | null): void;
  /** After the exit: nobody holds the pipes any more. */
  onClose(): void;
}

export interface OsProcess {
  /** `undefined` when there is no process; `onSpawnError` follows. */
  readonly pid: number | undefined;
  send(message: ParentMessage): void;
  /** Lets go of the pipes, whoever else still holds them. */
  closePipes(): void;
}

/** Starts a process that leads a group of its own, with the control channel on its file descriptor 3. */
export function startProcess(spec: ChildSpec, clock: Clock, handlers: ProcessHandlers): OsProcess {
  const output = spec.stdout ?? 'inherit';
  const child = spawn(spec.command, spec.args, {
    ...(spec.cwd === undefined ? {} : { cwd: spec.cwd }),
    env: spec.env ?? { PATH: standardPath },
    // Its own group: Ctrl-C in a terminal reaches only the supervisor, and what the child starts can be ended with it.
    detached: true,
    stdio: ['ignore', output, output, 'pipe'],
  });
  child.on('error', (error) => {
    if (child.pid === undefined) handlers.onSpawnError(error.message);
  });
  const channel = openChannel(child, clock, handlers);
  if (child.pid !== undefined) {
    child.on('exit', (code, signal) => handlers.onExit(code, signal));
    child.on('close', () => handlers.onClose());
    readOutput(child.stdout, (line) => handlers.onOutput('stdout', line));
    readOutput(child.stderr, (line) => handlers.onOutput('stderr', line));
    channel?.send({ type: 'hello', settings: spec.settings ?? null, stopTimeoutMs: spec.stopTimeoutMs });
  }
  return {
    pid: child.pid,
    send: (message) => channel?.send(message),
    closePipes() {
      channel?.close();
      child.stdout?.destroy();
      child.stderr?.destroy();
    },
  };
}

function openChannel(child: ChildProcess, clock: Clock, handlers: ProcessHandlers): ParentChannel | undefined {
  const socket = child.stdio[3];
  return socket instanceof Duplex ? openParentChannel(socket, clock, handlers) : undefined;
}

function readOutput(stream: Readable | null, onLine: (line: string) => void): void {
  if (stream === null) return;
  const reader = createLineReader(outputLineLimitBytes, 'split', onLine);
  stream.on('data', (chunk: Buffer) => {
    reader.push(chunk);
  });
  stream.on('end', () => reader.end());
  stream.on('error', () => stream.destroy());
}
