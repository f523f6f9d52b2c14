import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { contentHead, createFrameDecoder, jsonFrame } from '../../src/room/frames.ts';
import { type HostMessage, type HostMessageOf, parseHostMessage, type ServerMessage } from '../../src/room/wire.ts';

export const PYTHON = '/usr/bin/python3';
export const hasPython = existsSync(PYTHON);
const PROGRAMS = path.join(import.meta.dirname, '../../python');
const HOST = path.join(PROGRAMS, 'host.py');
/** As the first program of a room finds them. */
const installed = (): string =>
  execFileSync(PYTHON, [
    '-I',
    '-S',
    '-B',
    '-c',
    `import os, sys\nsys.path.append(sys.argv[1])\nimport paths\nprint(os.pathsep.join(paths.installed()), end='')`,
    PROGRAMS,
  ]).toString();
const PATIENCE_MS = 10_000;
/** More than any test sends. */
const WIDE = 1_000_000_000;

export type Heard =
  | HostMessage
  | { readonly t: 'content'; readonly channel: number; readonly kind: number; text: Buffer };
type Start = Extract<ServerMessage, { t: 'start' }>;
type FileRequest = Extract<ServerMessage, { t: 'file' }>;

/** A session host without a sandbox around it, and the server's end of its wire. */
export interface Host {
  readonly child: ChildProcess;
  readonly workspace: string;
  readonly socket: Socket;
  /** Everything so far, in order. */
  readonly heard: readonly Heard[];
  send(message: ServerMessage): void;
  content(channel: number, kind: number, bytes: Buffer): void;
  /** The first that fits and that no earlier call has passed. Returns all up to it. */
  until(test: (heard: Heard) => boolean): Promise<readonly Heard[]>;
  /** So many of a kind have been heard by then, however long ago. */
  counted(count: number, test: (heard: Heard) => boolean): Promise<void>;
  start(options: Partial<Start>): number;
  /** Runs code to its end. */
  run(source: string, options?: Partial<Start>): Promise<Run>;
  ended(process: number): Promise<Run>;
  file(op: FileRequest['op'], file: string, options?: Partial<FileRequest>, content?: Buffer): Promise<FileAnswer>;
  close(): Promise<void>;
}

export interface Run {
  readonly heard: readonly Heard[];
  readonly exit: HostMessageOf<'exit'>;
  /** Output of one kind, or of all. */
  text(kind?: number): string;
}

export interface FileAnswer {
  readonly done: HostMessageOf<'file-done'>;
  readonly content: Buffer;
}

export const text = (heard: readonly Heard[], kind?: number): string => bytes(heard, undefined, kind).toString('utf8');

export function bytes(heard: readonly Heard[], channel?: number, kind?: number): Buffer {
  const parts = heard.flatMap((each) =>
    each.t === 'content' && each.channel === (channel ?? each.channel) && each.kind === (kind ?? each.kind)
      ? [each.text]
      : [],
  );
  return Buffer.concat(parts);
}

export interface HostOptions {
  readonly environment?: Readonly<Record<string, string>>;
  /** Places spares at once, as a server does. */
  readonly places?: boolean;
}

export async function openHost({ environment = {}, places = true }: HostOptions = {}): Promise<Host> {
  const folder = mkdtempSync(path.join(tmpdir(), 'host-'));
  const workspace = path.join(folder, 'workspace');
  const socketPath = path.join(folder, 'room.sock');
  mkdirSync(workspace);
  const server = createServer();
  const connected = new Promise<Socket>((resolve) => server.once('connection', resolve));
  await new Promise<void>((resolve) => server.listen(socketPath, resolve));
  const child = spawn(PYTHON, ['-I', '-S', HOST], {
    env: {
      PATH: '/usr/bin:/bin',
      ROWHOUSE_SOCKET: socketPath,
      ROWHOUSE_WORKSPACE: workspace,
      ROWHOUSE_TOKEN: 'secret',
      ROWHOUSE_WALLS: '{"landlock":3}',
      ROWHOUSE_PATHS: installed(),
      ...environment,
    },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const socket = await connected;
  server.close();

  const heard: Heard[] = [];
  let passed = 0;
  let wake = () => {};
  let number = 0;
  const decoder = createFrameDecoder();
  const send = (message: ServerMessage): void => void socket.write(jsonFrame(message) ?? '');
  const hear = (message: Heard): void => {
    heard.push(message);
    if (message.t === 'spare' && places) send({ t: 'placed', spare: message.spare });
    wake();
  };
  socket.on('data', (chunk) => {
    decoder.push(chunk);
    for (let frame = decoder.next(); frame !== undefined; frame = decoder.next()) {
      if (frame.form === 'json') hear(parseHostMessage(frame.content));
      else hear({ t: 'content', channel: frame.channel, kind: frame.kind, text: Buffer.from(frame.content) });
    }
  });
  socket.on('error', () => {});

  const host: Host = {
    child,
    workspace,
    socket,
    heard,
    send,
    content(channel, kind, content) {
      socket.write(contentHead(channel, kind, content.length));
      socket.write(content);
    },
    async until(test) {
      const from = passed;
      const deadline = performance.now() + PATIENCE_MS;
      for (;;) {
        while (passed < heard.length) {
          const next = heard[passed];
          passed += 1;
          if (next !== undefined && test(next)) return heard.slice(from, passed);
        }
        const leftMs = deadline - performance.now();
        if (leftMs <= 0) throw new Error(`not heard; but ${JSON.stringify(heard.slice(from)).slice(0, 2000)}`);
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, leftMs);
          wake = () => {
            clearTimeout(timer);
            resolve();
          };
        });
      }
    },
    async counted(count, test) {
      while (heard.filter(test).length < count) await host.until(test);
    },
    start(options) {
      number += 1;
      const plain = { mode: 'script', file: null, source: null, args: [], thenRepl: false, window: WIDE } as const;
      send({ t: 'start', process: number, ...plain, ...options });
      return number;
    },
    run: async (source, options) => host.ended(host.start({ source, ...options })),
    async ended(process) {
      const until = await host.until((each) => each.t === 'exit' && each.process === process);
      const own = until.filter((each) => ('process' in each ? each.process === process : true));
      const mine = own.filter((each) => each.t !== 'content' || each.channel === process);
      return { heard: mine, exit: mine.at(-1) as HostMessageOf<'exit'>, text: (kind) => text(mine, kind) };
    },
    async file(op, file, options = {}, content) {
      number += 1;
      const id = number;
      const plain = {
        to: null,
        expected: null,
        recursive: false,
        limitBytes: null,
        limitFiles: null,
        transfer: false,
      };
      send({ t: 'file', id, op, path: file, ...plain, ...options });
      send({ t: 'window', process: id, upTo: WIDE });
      if (content !== undefined) {
        for (let at = 0; at < content.length; at += 65_536) host.content(id, 16, content.subarray(at, at + 65_536));
        host.content(id, 17, Buffer.alloc(0));
      }
      const until = await host.until((each) => each.t === 'file-done' && each.id === id);
      return { done: until.at(-1) as HostMessageOf<'file-done'>, content: bytes(until, id) };
    },
    async close() {
      socket.destroy();
      await exited;
      rmSync(folder, { recursive: true, force: true });
    },
  };
  await host.until((each) => each.t === 'ready');
  return host;
}

export const isState = (state: string) => (heard: Heard) => heard.t === 'state' && heard.state === state;
