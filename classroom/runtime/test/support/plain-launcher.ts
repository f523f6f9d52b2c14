import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, mkdirSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { layerNameSchema } from '@rowhouse/classroom-protocol';
import { createLines } from '../../src/launcher/lines.ts';
import {
  type LauncherRequest,
  type LauncherRoomUsage,
  LINE_BYTES,
  type RunFacts,
} from '../../src/launcher/requests.ts';

const HOST = fileURLToPath(new URL('../../python/host.py', import.meta.url));

const LAYERS = Object.fromEntries(
  layerNameSchema.options.map((name) => [name, { state: 'absent', detail: 'A test.' }]),
);

/** Speaks the launcher's protocol and starts hosts as they are, without a sandbox: for benign programs only. */
export interface PlainLauncher {
  readonly socket: string;
  /** Every request it was asked. */
  readonly asked: readonly LauncherRequest[];
  /** What `usage` answers, and what is said of a run that has ended. */
  usage: LauncherRoomUsage[];
  facts: Partial<RunFacts>;
  /** Requests that are refused from now on. */
  refused: Set<LauncherRequest['request']>;
  host(room: string): ChildProcess | undefined;
  /** Drops its connections, as a launcher that died. */
  drop(): void;
  close(): Promise<void>;
}

export interface PlainLauncherOptions {
  readonly folder: string;
  readonly socketFolder: string;
  readonly limits?: object;
  /** In place of the session host. */
  readonly program?: readonly string[];
}

export async function startPlainLauncher(options: PlainLauncherOptions): Promise<PlainLauncher> {
  const { folder, socketFolder, limits = {}, program = ['/usr/bin/python3', '-I', HOST] } = options;
  const rooms = new Map<string, { readonly child: ChildProcess; readonly runs: Map<number, number> }>();
  const sockets = new Set<Socket>();
  const asked: LauncherRequest[] = [];
  const launcher: PlainLauncher = {
    socket: join(folder, 'launcher.sock'),
    asked,
    usage: [],
    facts: {},
    refused: new Set(),
    host: (room) => rooms.get(room)?.child,
    drop() {
      for (const socket of sockets) socket.destroy();
    },
    async close() {
      launcher.drop();
      await new Promise((resolve) => {
        server.close(resolve);
      });
      await Promise.all([...rooms.keys()].map(end));
    },
  };

  const end = async (room: string): Promise<void> => {
    const child = rooms.get(room)?.child;
    if (child === undefined) throw new Error('no such room');
    if (child.exitCode === null && child.signalCode === null) {
      const exited = new Promise((resolve) => {
        child.once('exit', resolve);
      });
      child.kill('SIGKILL');
      await exited;
    }
    rooms.delete(room);
  };

  const open = (request: Extract<LauncherRequest, { request: 'open' }>, say: (message: object) => void): object => {
    const { room, socket, token } = request;
    if (rooms.has(room)) throw new Error('open already');
    const workspace = join(folder, 'workspaces', room);
    mkdirSync(workspace, { recursive: true });
    chmodSync(workspace, 0o700);
    const [command = '', ...args] = program;
    const child = spawn(command, args, {
      stdio: ['ignore', 'inherit', 'inherit'],
      detached: true,
      env: {
        PATH: '/usr/bin:/bin',
        HOME: workspace,
        LANG: 'C.UTF-8',
        ROWHOUSE_SOCKET: join(socketFolder, socket, 'room.sock'),
        ROWHOUSE_TOKEN: token,
        ROWHOUSE_WORKSPACE: workspace,
        ROWHOUSE_LIMITS: JSON.stringify(limits),
      },
    });
    rooms.set(room, { child, runs: new Map() });
    child.once('exit', (code, signal) => {
      if (rooms.get(room)?.child === child) rooms.delete(room);
      say({ event: 'room-exited', room, code, signal });
    });
    return { pid: child.pid };
  };

  const answer = async (request: LauncherRequest, say: (message: object) => void): Promise<unknown> => {
    if (launcher.refused.has(request.request)) throw new Error('refused by the test');
    if (request.request === 'usage') return launcher.usage;
    if (request.request === 'layers') return { layers: LAYERS, python: '3', bubblewrap: null };
    if (request.request === 'open') return open(request, say);
    const room = rooms.get(request.room);
    if (room === undefined) throw new Error('no such room');
    if (request.request === 'place') {
      room.runs.set(request.spare, request.pid);
      return { pid: request.pid };
    }
    if (request.request === 'end-run') {
      const pid = room.runs.get(request.spare);
      room.runs.delete(request.spare);
      // Each leads a group of its own, and is the host's to reap: until then its number is nobody else's.
      if (pid !== undefined && pid > 1 && room.child.exitCode === null) killGroup(pid);
      return { oomKilled: false, pidsRefused: 0, cpuMs: null, peakMemoryBytes: null, ...launcher.facts };
    }
    await end(request.room);
    return {};
  };

  const server = createServer((socket) => {
    sockets.add(socket);
    const say = (message: object): void => {
      if (!socket.destroyed) socket.write(`${JSON.stringify(message)}\n`);
    };
    const lines = createLines(LINE_BYTES, (line) => {
      const request = JSON.parse(line) as LauncherRequest;
      asked.push(request);
      answer(request, say).then(
        (result) => say({ id: request.id, ok: true, result }),
        (error: Error) => say({ id: request.id, ok: false, code: 'ERR_TEST', message: error.message }),
      );
    });
    socket.on('data', (chunk: Buffer) => lines.push(chunk));
    socket.on('error', () => {});
    socket.on('close', () => {
      sockets.delete(socket);
      for (const room of rooms.keys()) void end(room).catch(() => {});
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(launcher.socket, resolve);
  });
  return launcher;
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It has ended.
  }
}
