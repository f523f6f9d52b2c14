import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chmodSync, chownSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { DEFAULT_LIMITS } from '@rowhouse/classroom-protocol';
import { createSupervisor, type JsonValue, type Supervisor, type SupervisorEvent } from '@rowhouse/supervisor';
import { afterAll, expect, vi } from 'vitest';
import { removeGroup } from '../../../src/launcher/groups/tree.ts';
import { connectToLauncher, type LauncherClient } from '../../../src/launcher-client.ts';
import type { LauncherEvent } from '../../../src/launcher/requests.ts';
import type { LauncherSettings } from '../../../src/launcher/settings.ts';

export const isRoot = process.getuid?.() === 0;
export const hasBubblewrap = existsSync('/usr/bin/bwrap');
/** Rooms as they are meant to be: all walls. */
export const hasRooms = isRoot && hasBubblewrap && existsSync('/usr/bin/python3');
/** Not that of any real system, and another one for every test process. */
export const instance = 40_000 + (process.pid % 20_000);
export const UID_BASE = 300_000 + (process.pid % 1000) * 70_000;
const SERVER_ID = UID_BASE + 65_000;

const serverUser = () =>
  isRoot ? { uid: SERVER_ID, gid: SERVER_ID } : { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };

/** A user without rights, as whom a launcher can be started. */
export const ORDINARY = { uid: UID_BASE + 64_000, gid: UID_BASE + 64_000 };

/** Every cgroup of that launcher, in whatever hierarchy and wherever in it. */
export const groupsOf = (port: number): string =>
  execFileSync('find', ['/sys/fs/cgroup', '-type', 'd', '-name', `rowhouse-classroom-${port}`]).toString();

const started = new Set<TestLauncher>();
const ports = new Set<number>();

// Also of a test that failed halfway, or of a launcher that was killed and has no successor: nothing stays behind.
afterAll(async () => {
  await Promise.all([...started].map((launcher) => launcher.stop()));
  const left = [...ports].flatMap((port) => groupsOf(port).split('\n').filter(Boolean));
  await vi.waitFor(() => expect(left.filter((group) => !removeGroup(group))).toEqual([]), { timeout: 5_000 });
});

export interface TestLauncher {
  readonly settings: LauncherSettings;
  readonly client: LauncherClient;
  readonly events: LauncherEvent[];
  readonly supervisor: Supervisor;
  readonly ready: Record<string, JsonValue>;
  /** Opens a room whose host is the fixture, and gives what it says and takes. */
  room(name: string, uid?: number): Promise<TestRoom>;
  connect(): Promise<LauncherClient>;
  stop(): Promise<void>;
}

export interface TestRoom {
  readonly name: string;
  readonly pid: number;
  readonly hello: Record<string, unknown>;
  /** Runs Python in the host (`run`), or in a child forked for it (`fork`, then `go`). */
  ask(what: Record<string, unknown>): void;
  next(): Promise<Record<string, unknown>>;
}

export interface TestLauncherOptions {
  readonly settings?: Partial<LauncherSettings>;
  readonly folder?: string;
  readonly keepFolder?: boolean;
  /** In front of the command: as another user, say. */
  readonly prefix?: readonly string[];
}

/** Not in /tmp, which every room may write to where it has no mounts of its own. */
export function makeFolder(): string {
  const folder = mkdtempSync('/var/tmp/rowhouse-launcher-');
  chmodSync(folder, 0o755);
  return folder;
}

/** A launcher under a supervisor, as in the real system, in a folder of its own. */
export async function startTestLauncher(options: TestLauncherOptions = {}): Promise<TestLauncher> {
  const folder = options.folder ?? makeFolder();
  const socketFolder = path.join(folder, 'sockets');
  const server = options.prefix ? ORDINARY : serverUser();
  const settings: LauncherSettings = {
    socket: path.join(folder, 'launcher', 'requests.sock'),
    socketFolder,
    dataFolder: path.join(folder, 'data'),
    serverUid: server.uid,
    serverGid: server.gid,
    python: null,
    uidBase: UID_BASE,
    instance,
    limits: DEFAULT_LIMITS,
    logLevel: 'error',
    hostProgram: path.join(import.meta.dirname, 'tiny_host.py'),
    ...options.settings,
  };
  const program = path.resolve(import.meta.dirname, '../../../src/launcher/main.ts');
  const prefixed = [
    ...(options.prefix ?? []),
    process.execPath,
    '--conditions=source',
    '--import',
    import.meta.resolve('tsx'),
    program,
  ];
  ports.add(settings.instance);
  let ready: Record<string, JsonValue> = {};
  const supervisor = createSupervisor({
    children: [
      {
        id: 'launcher',
        owner: 'test',
        kind: 'launcher',
        command: prefixed[0] ?? process.execPath,
        args: prefixed.slice(1),
        env: { PATH: '/usr/bin:/bin', SECRET_OF_THE_SERVER: 'in the environment of the launcher' },
        restart: 'temporary',
        readyTimeoutMs: 30_000,
        stopTimeoutMs: 10_000,
        settings,
      },
    ],
    intensity: { restarts: 0, periodMs: 1000 },
    onEvent: (event: SupervisorEvent) => {
      if (event.type === 'child-ready') ready = (event.details ?? {}) as Record<string, JsonValue>;
    },
  });
  await supervisor.start();
  const events: LauncherEvent[] = [];
  const connect = async () =>
    connectToLauncher(settings.socket, { onEvent: (event) => events.push(event), onLost: () => {} });
  const client = await connect();
  const servers: Server[] = [];

  const launcher: TestLauncher = {
    settings,
    client,
    events,
    supervisor,
    get ready() {
      return ready;
    },
    connect,
    async room(name, uid = UID_BASE + 1) {
      const socket = randomBytes(16).toString('hex');
      const place = path.join(socketFolder, socket);
      mkdirSync(place, { mode: 0o711 });
      chmodSync(place, 0o711);
      if (isRoot) chownSync(place, server.uid, server.gid);
      const listener = createServer();
      servers.push(listener);
      listener.listen({ path: path.join(place, 'room.sock'), readableAll: true, writableAll: true });
      await once(listener, 'listening');
      const connected = once(listener, 'connection');
      const { pid } = await client.open({ room: name, uid, socket, token: randomBytes(16).toString('hex') });
      const [link] = (await connected) as [Socket];
      const lines = createInterface({ input: link })[Symbol.asyncIterator]();
      link.on('error', () => {});
      const next = async () =>
        JSON.parse(String((await lines.next()).value ?? '{"closed":true}')) as Record<string, unknown>;
      const hello = await next();
      return { name, pid, hello, next, ask: (what) => void link.write(`${JSON.stringify(what)}\n`) };
    },
    async stop() {
      started.delete(launcher);
      client.end();
      await supervisor.stop();
      for (const listener of servers) listener.close();
      if (!options.keepFolder) rmSync(folder, { recursive: true, force: true });
    },
  };
  started.add(launcher);
  return launcher;
}
