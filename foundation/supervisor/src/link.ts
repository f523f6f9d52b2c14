import { fstatSync } from 'node:fs';
import { Socket } from 'node:net';
import process from 'node:process';
import { SupervisorError } from './errors.ts';
import type { JsonValue } from './json.ts';
import { createLineReader } from './lines.ts';
import {
  type ChildMessage,
  childLineLimitBytes,
  encodeMessage,
  type ParentMessage,
  parseParentMessage,
} from './messages.ts';

const channelFd = 3;
const helloTimeoutMs = 5_000;
/** The supervisor is trusted; the bound only keeps a stranger's socket from filling the memory. */
const parentLineLimitBytes = 16 * 1024 * 1024;

type Hello = Extract<ParentMessage, { type: 'hello' }>;
type StopHandler = (deadlineMs: number) => Promise<void> | void;

/** The child's side of supervision. Pings are answered by themselves, as long as the event loop turns. */
export interface SupervisorLink<Settings = unknown> {
  /** As the parent gave them; a schema is the caller's business. */
  readonly settings: Settings;
  /** The child does its work from now on. `details` become part of the parent's event. */
  ready(details?: JsonValue): void;
  /** Figures for the parent's status and registry. Throws ERR_CHANNEL_LINE_TOO_LONG above 64 KiB of JSON. */
  report(data: JsonValue): void;
  /**
   * Called once, with the time left, when the supervisor or SIGTERM asks the process to stop or the supervisor is gone.
   * Handlers run one after the other, the last one added first; then the process ends with code 0, or with 1 when the
   * time is over first. A handler's error counts as uncaught.
   */
  onStop(handler: StopHandler): void;
  /** Called with everything that the parent tells; what it told before comes first, and at once. One handler. */
  onTell(handler: (data: JsonValue) => void): void;
}

/**
 * Takes up the control channel on file descriptor 3; `undefined` when there is none, because a person runs the program.
 * `exit` ends the process once it has stopped; default: `process.exit`.
 */
export async function connectToSupervisor<Settings>(
  options: { readonly exit?: (code: number) => void } = {},
): Promise<SupervisorLink<Settings> | undefined> {
  if (!isChannel()) return undefined;
  const socket = new Socket({ fd: channelFd, readable: true, writable: true });
  const stopping = createStopping(options.exit ?? exitProcess);
  const told: JsonValue[] = [];
  let onTold = (data: JsonValue): void => void told.push(data);
  const hello = await receiveHello(socket, (message) => {
    if (message.type === 'ping') send(socket, { type: 'pong', id: message.id });
    if (message.type === 'tell') onTold(message.data);
    if (message.type === 'stop') stopping.stop(message.deadlineMs);
  });
  if (hello === undefined) {
    socket.destroy();
    return undefined;
  }
  process.on('SIGTERM', () => stopping.stop(hello.stopTimeoutMs));
  const vanished = (): void => stopping.stop(hello.stopTimeoutMs);
  if (socket.destroyed || socket.readableEnded) vanished();
  socket.on('close', vanished);
  return {
    settings: hello.settings as Settings,
    ready: (details) => send(socket, details === undefined ? { type: 'ready' } : { type: 'ready', details }),
    report: (data) => send(socket, { type: 'report', data }),
    onStop: (handler) => stopping.add(handler),
    onTell(handler) {
      onTold = handler;
      for (const data of told.splice(0)) handler(data);
    },
  };
}

function isChannel(): boolean {
  // Node's own channel to a parent that used fork() may sit on the same descriptor.
  if (process.connected) return false;
  try {
    return fstatSync(channelFd).isSocket();
  } catch {
    return false;
  }
}

/** Resolves with the first line if it is a hello; everything after it goes to `onMessage`. */
async function receiveHello(socket: Socket, onMessage: (message: ParentMessage) => void): Promise<Hello | undefined> {
  return new Promise((resolve) => {
    let greeted = false;
    const timer = setTimeout(() => resolve(undefined), helloTimeoutMs);
    const settle = (hello: Hello | undefined): void => {
      greeted = true;
      clearTimeout(timer);
      resolve(hello);
    };
    const reader = createLineReader(parentLineLimitBytes, 'refuse', (line) => {
      const message = parseParentMessage(line);
      if (!greeted) settle(message?.type === 'hello' ? message : undefined);
      else if (message !== undefined) onMessage(message);
    });
    socket.on('data', (chunk: Buffer) => {
      if (!reader.push(chunk)) socket.destroy();
    });
    // An error is followed by 'close', which says all there is to say: the supervisor is gone.
    socket.on('error', () => socket.destroy());
    socket.on('close', () => settle(undefined));
  });
}

function createStopping(exit: (code: number) => void): {
  stop(deadlineMs: number): void;
  add(handler: StopHandler): void;
} {
  const handlers: StopHandler[] = [];
  let begun = false;

  const runAll = async (deadlineMs: number): Promise<void> => {
    for (const handler of handlers.toReversed()) await handler(deadlineMs);
    exit(0);
  };

  return {
    add: (handler) => void handlers.push(handler),
    stop(deadlineMs) {
      if (begun) return;
      begun = true;
      setTimeout(() => exit(1), deadlineMs);
      runAll(deadlineMs).catch((error: unknown) => {
        queueMicrotask(() => {
          throw error;
        });
      });
    },
  };
}

function send(socket: Socket, message: ChildMessage): void {
  const line = encodeMessage(message);
  const lengthBytes = Buffer.byteLength(line) - 1;
  if (lengthBytes > childLineLimitBytes) {
    throw new SupervisorError('ERR_CHANNEL_LINE_TOO_LONG', { lengthBytes, limitBytes: childLineLimitBytes });
  }
  if (socket.writable) socket.write(line);
}

function exitProcess(code: number): void {
  // oxlint-disable-next-line unicorn/no-process-exit -- ending the process is what a stop asks for; a main.ts may pass its own
  process.exit(code);
}
