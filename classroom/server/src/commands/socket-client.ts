import {
  type ClientMessage,
  type ProcessEnd,
  type ProcessInfo,
  PROTOCOL_VERSION,
  type ServerMessage,
} from '@rowhouse/classroom-protocol';
import type { IncomingMessage } from 'node:http';
import { WebSocket } from 'ws';
import { CommandError } from './errors.ts';
import type { HttpClient } from './http-client.ts';

/** A page without a browser. */
export interface SocketClient {
  say(message: ClientMessage): void;
  /** The next message that fits; those before it are passed over. @throws CommandError after the time */
  next<T extends ServerMessage['type']>(type: T, fits?: (message: Of<T>) => boolean): Promise<Of<T>>;
  /** Starts a script or a REPL. @throws CommandError when it is refused */
  start(message: Extract<ClientMessage, { type: 'run' | 'repl' }>): Promise<ClientProcess>;
  /** Looks at a process that runs already, or ended lately. */
  attach(process: string, from: number): ProcessView;
  close(): void;
}

type Of<T extends ServerMessage['type']> = Extract<ServerMessage, { type: T }>;

/** What a process said so far. */
export interface ProcessView {
  /** Everything but notices, in order. */
  text(): string;
  /** Resolves when the text so far fits. @throws CommandError after the time */
  until(fits: (text: string) => boolean): Promise<void>;
  ended(): Promise<ProcessEnd>;
}

export interface ClientProcess extends ProcessView {
  readonly info: ProcessInfo;
  /** Milliseconds from the request to its first byte. */
  firstByteMs(): number | undefined;
}

const WAIT_MS = 30_000;

/** @throws CommandError */
export async function openSocket(http: HttpClient): Promise<SocketClient> {
  const socket = new WebSocket(`${http.origin.replace(/^http/, 'ws')}/ws`, {
    headers: { cookie: http.cookie },
    perMessageDeflate: false,
    rejectUnauthorized: false,
  });
  const listeners = new Set<(message: ServerMessage) => void>();
  socket.on('message', (data) => {
    const message = JSON.parse((data as Buffer).toString('utf8')) as ServerMessage;
    for (const listener of listeners) listener(message);
    if (message.type === 'output' || message.type === 'figure' || message.type === 'dropped')
      say({ type: 'ack', process: message.process, offset: message.next });
  });
  const say = (message: ClientMessage) => socket.send(JSON.stringify(message));
  const wait = async <R>(what: string, take: (message: ServerMessage) => R | undefined): Promise<R> => {
    let stop = () => {};
    try {
      return await new Promise<R>((resolve, reject) => {
        const listener = (message: ServerMessage) => {
          const found = take(message);
          if (found !== undefined) resolve(found);
        };
        listeners.add(listener);
        const gone = () => reject(new CommandError('The classroom closed the connection.'));
        socket.once('close', gone);
        const timer = setTimeout(() => reject(new CommandError(`Waited in vain for ${what}.`)), WAIT_MS);
        stop = () => {
          clearTimeout(timer);
          listeners.delete(listener);
          socket.off('close', gone);
        };
      });
    } finally {
      stop();
    }
  };
  const next: SocketClient['next'] = (type, fits = () => true) =>
    wait(type, (message) => {
      const candidate = message as Of<typeof type>;
      return message.type === type && fits(candidate) ? candidate : undefined;
    });
  await new Promise<void>((resolve, reject) => {
    socket.once('open', resolve);
    socket.once('error', (error) => reject(new CommandError(`The socket was refused: ${error.message}`)));
    socket.once('unexpected-response', (_request, response) => {
      reason(response).then((message) => reject(new CommandError(`The socket was refused: ${message}`)), reject);
    });
  });
  socket.on('error', () => {}); // followed by 'close'

  /** @param isOurs whether a message is about the process */
  const view = (isOurs: (message: ServerMessage) => boolean): ProcessView & { firstMs(): number | undefined } => {
    let text = '';
    let firstMs: number | undefined;
    let end: ProcessEnd | undefined;
    listeners.add(function follow(heard) {
      if (!isOurs(heard)) return;
      if (heard.type === 'output') {
        firstMs ??= performance.now();
        if (heard.kind !== 'notice') text += heard.text;
      }
      if (heard.type === 'ended') {
        ({ end } = heard);
        listeners.delete(follow);
      }
    });
    return {
      text: () => text,
      firstMs: () => firstMs,
      async until(fits) {
        if (!fits(text)) await wait('the output expected', () => (fits(text) ? true : undefined));
      },
      ended: async () => end ?? wait('the end of the program', () => end),
    };
  };

  const start: SocketClient['start'] = async (message) => {
    const askedMs = performance.now();
    let info: ProcessInfo | undefined;
    const seen = view((heard) => {
      if (heard.type === 'started' && heard.requestId === message.requestId) info = heard.process;
      return info !== undefined && 'process' in heard && heard.process === info.id;
    });
    const answer = wait('the start of the program', (heard) =>
      (heard.type === 'started' || heard.type === 'refused') && heard.requestId === message.requestId
        ? heard
        : undefined,
    );
    say(message);
    const heard = await answer;
    if (heard.type === 'refused') throw new CommandError(heard.error.message);
    const firstByteMs = () => {
      const firstMs = seen.firstMs();
      return firstMs === undefined ? undefined : firstMs - askedMs;
    };
    return { ...seen, info: heard.process, firstByteMs };
  };
  const attach: SocketClient['attach'] = (process, from) => {
    const seen = view((heard) => 'process' in heard && heard.process === process);
    say({ type: 'attach', process, from });
    return seen;
  };

  const welcome = next('welcome');
  const opened = next('room', ({ state }) => state !== 'opening');
  opened.catch(() => {}); // awaited below
  say({ type: 'hello', protocol: PROTOCOL_VERSION });
  await welcome;
  const room = await opened;
  if (room.state === 'closed') throw new CommandError(room.message);
  return { say, next, start, attach, close: () => socket.close() };
}

/** The sentence with which an upgrade was refused. */
async function reason(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of response as AsyncIterable<Buffer>) chunks.push(chunk);
  try {
    const { error } = JSON.parse(Buffer.concat(chunks).toString('utf8')) as { error: { message: string } };
    return error.message;
  } catch {
    return `status ${response.statusCode}`;
  }
}
