import {
  type ClientMessage,
  PROTOCOL_VERSION,
  type ProcessInfo,
  type ServerMessage,
  sessionSchema,
} from '@rowhouse/classroom-protocol';
import { WebSocket } from 'ws';
import { createHttp, type Http } from './classroom-http.ts';
import { Run } from './classroom-run.ts';

/** What a start asks for: a script, or (with none of it) a REPL. */
export interface Start {
  readonly file?: string;
  readonly source?: string;
  readonly args?: string[];
  readonly thenRepl?: boolean;
}

/** A signed-in person. */
export interface Person {
  readonly name: string;
  readonly port: number;
  readonly headers: { readonly cookie: string; readonly 'x-csrf-token': string };
  readonly http: Http;
}

/** One open tab. */
export interface Tab {
  readonly socket: WebSocket;
  /** From the welcome: what lived before. */
  readonly processes: readonly ProcessInfo[];
  /** Errors and refusals that nobody waited for. */
  readonly complaints: string[];
  /** Resolves when the server says that the room is open. */
  readonly roomOpen: Promise<void>;
  send(message: ClientMessage): void;
  /** @throws Error when it is refused */
  start(start: Start): Promise<Run>;
  attach(process: ProcessInfo, from: number): Run;
  close(): void;
}

/** A demo's passwords are known to everybody. */
export const demoPassword = (name: string): string => `${name}-demo-1`;
export const demoStudent = (number: number): string => `student${String(number).padStart(2, '0')}`;

/** @throws Error when the classroom does not let them in */
export async function signIn(port: number, name: string, password = demoPassword(name)): Promise<Person> {
  const door = createHttp(port, { 'content-type': 'application/json' });
  const answer = await door.ask('/api/session', { method: 'POST', body: JSON.stringify({ name, password }) });
  door.close();
  if (answer.status !== 200) throw new Error(`${name} was refused with ${answer.status}: ${answer.body.toString()}`);
  const { csrfToken } = sessionSchema.parse(JSON.parse(answer.body.toString()));
  const cookie = [answer.headers['set-cookie'] ?? []].flat().map((each) => each.split(';')[0]);
  const headers = { cookie: cookie.join('; '), 'x-csrf-token': csrfToken };
  return { name, port, headers, http: createHttp(port, headers) };
}

/** Opens a tab; resolves with its welcome. */
export async function openTab({ port, headers, name }: Person): Promise<Tab> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/ws`, { headers, perMessageDeflate: false });
  const runs = new Map<string, Run>();
  const starts = new Map<string, { resolve(run: Run): void; reject(error: Error): void; askedMs: number }>();
  const complaints: string[] = [];
  let requests = 0;
  const send = (message: ClientMessage) => socket.send(JSON.stringify(message));

  let opened: () => void = () => {};
  let failed: (error: Error) => void = () => {};
  const roomOpen = new Promise<void>((resolve, reject) => {
    opened = resolve;
    failed = reject;
  });
  roomOpen.catch(() => {}); // not everybody waits for it
  const welcome = new Promise<readonly ProcessInfo[]>((resolve, reject) => {
    socket.once('open', () => send({ type: 'hello', protocol: PROTOCOL_VERSION }));
    socket.once('error', reject);
    socket.once('close', (code, reason) => {
      const error = new Error(`the tab of ${name} was closed with ${code} ${reason.toString()}`);
      reject(error);
      for (const start of starts.values()) start.reject(error);
    });
    // Checked against the schemas by tests; here every microsecond would be measured as the server's.
    socket.on('message', (data: Buffer) => {
      const message = JSON.parse(data.toString()) as ServerMessage;
      if ('process' in message && typeof message.process === 'string') runs.get(message.process)?.hear(message);
      if (message.type === 'welcome') resolve(message.processes);
      else if (message.type === 'started') begin(message.requestId, message.process);
      else if (message.type === 'room' && message.state === 'open') opened();
      else if (message.type === 'room' && message.state === 'closed') failed(new Error(message.message));
      else if (message.type === 'refused') {
        starts.get(message.requestId)?.reject(new Error(`refused: ${message.error.code}: ${message.error.message}`));
        starts.delete(message.requestId);
      } else if (message.type === 'error') complaints.push(`${message.about}: ${message.error.code}`);
    });
  });

  const begin = (requestId: string, process: ProcessInfo) => {
    const start = starts.get(requestId);
    if (!start) return;
    starts.delete(requestId);
    const run = new Run(process, start.askedMs, send);
    runs.set(run.id, run);
    start.resolve(run);
  };

  return {
    socket,
    processes: await welcome,
    complaints,
    roomOpen,
    send,
    start: (start) =>
      new Promise((resolve, reject) => {
        requests += 1;
        const requestId = `r${requests}`;
        starts.set(requestId, { resolve, reject, askedMs: performance.now() });
        const repl = start.file === undefined && start.source === undefined;
        send(repl ? { type: 'repl', requestId } : { type: 'run', requestId, ...start });
      }),
    attach(process, from) {
      const run = new Run(process, performance.now(), send);
      runs.set(run.id, run);
      send({ type: 'attach', process: process.id, from });
      return run;
    },
    close: () => socket.terminate(),
  };
}

const contentPath = (path: string) => `/api/files/content?path=${encodeURIComponent(path)}`;

/** Saves a file whatever was there. */
export const save = (person: Person, path: string, content: string | Buffer) =>
  person.http.ask(contentPath(path), {
    method: 'PUT',
    body: content,
    headers: { 'content-type': 'application/octet-stream', 'content-length': String(Buffer.byteLength(content)) },
  });
export const load = (person: Person, path: string) => person.http.ask(contentPath(path));
export const list = (person: Person, path = '') => person.http.ask(`/api/files/list?path=${encodeURIComponent(path)}`);
export const removeFile = (person: Person, path: string, recursive = false) =>
  person.http.ask(`${contentPath(path)}&recursive=${String(recursive)}`, { method: 'DELETE' });
