import path from 'node:path';
import type { LayerName, Layers } from '@rowhouse/classroom-protocol';
import { findBubblewrap } from './bubblewrap.ts';
import { ensureFolder, look, type Owner, ownUser, prepareFolders } from './folders.ts';
import { createFontCache } from './font-cache.ts';
import type { Ground } from './ground.ts';
import { openGroups } from './groups/index.ts';
import { systemFolders, uidsExist } from './machine.ts';
import { createProcesses } from './processes.ts';
import { installPrograms } from './programs.ts';
import { findPython } from './python.ts';
import { type LauncherState, UID_RANGE } from './requests.ts';
import { createLauncherRooms } from './rooms.ts';
import { serveRequests } from './server.ts';
import type { ResolvedSettings } from './settings.ts';
import { readState, type RunState, writeState } from './state-file.ts';
import { sweep, type Swept } from './sweep.ts';
import { noLayers, verifyLayers } from './verify/index.ts';
import { withoutRooms } from './without-rooms.ts';

export interface Launcher {
  readonly state: LauncherState;
  readonly swept: Swept;
  /** Why there are no rooms, or rooms without namespaces. */
  readonly notes: readonly string[];
  /** Work that rooms can do without at first; ends when `stop` is called. */
  warmUp(): Promise<void>;
  stop(): Promise<void>;
}

export interface LauncherOptions {
  readonly settings: ResolvedSettings;
  /** The folder of our Python programs. */
  readonly programs: string;
  /** Of this process; rooms get it only when a test leaves the empty environment out. */
  readonly environment: Readonly<Record<string, string>>;
  readonly onTrouble: (message: string, details: Readonly<Record<string, unknown>>) => void;
}

/** Clears away what an earlier one left, finds out what rooms can be made of, tries their walls, and takes requests. */
export async function startLauncher({
  settings,
  programs,
  environment,
  onTrouble,
}: LauncherOptions): Promise<Launcher> {
  const { dataFolder, instance, limits, uidBase } = settings;
  const own = ownUser();
  const isRoot = own.uid === 0;
  const server: Owner = { uid: settings.serverUid, gid: settings.serverGid };
  const without: ReadonlySet<LayerName> = new Set(settings.withoutLayers);
  const ownUids = isRoot && uidsExist(uidBase) && !without.has('own-uid');
  const shared = settings.fallbackUid ?? (uidsExist(uidBase) ? uidBase + UID_RANGE - 1 : server.uid);
  const userOf = (uid: number): Owner | undefined => {
    if (!isRoot) return undefined;
    return ownUids ? { uid, gid: uid } : { uid: shared, gid: shared };
  };
  const student = userOf(uidBase + UID_RANGE - 1);

  const folders = prepareFolders(dataFolder, isRoot ? server : undefined);
  if (look(settings.socketFolder) === undefined) ensureFolder(settings.socketFolder, isRoot ? server : own, 0o711);
  const processes = createProcesses();
  const stateFile = path.join(folders.state, `rooms-${instance}.json`);
  const swept = await sweep(readState(stateFile), instance, processes);
  const groups = openGroupsBut(without, instance);
  const saveState = (rooms: RunState['rooms']): void => {
    const startTicks = processes.table.stat(process.pid)?.startTicks ?? 0;
    const { bootId = '' } = processes.table;
    writeState(stateFile, {
      bootId,
      launcher: { pid: process.pid, startTicks },
      groups: [...(groups?.roots ?? [])],
      rooms,
    });
  };
  saveState([]);

  const python = await findPython(settings.python, student);
  const found = await findBubblewrap(student);
  await installPrograms(
    programs,
    folders.programs,
    settings.hostProgram,
    typeof python === 'string' ? undefined : python,
    student,
  );
  const bubblewrap = typeof found === 'string' ? undefined : found;
  const state = (layers: Layers): LauncherState => ({
    layers,
    python: typeof python === 'string' ? null : python.version,
    bubblewrap: bubblewrap?.version ?? null,
  });
  const notes = [python, found].filter((note) => typeof note === 'string');
  if (typeof python === 'string') {
    const closed = state(noLayers('There is no Python to make rooms with.'));
    const requests = await serveRequests({
      socket: settings.socket,
      server: isRoot ? server : undefined,
      rooms: withoutRooms(python),
      state: closed,
      onFailure: (error) => onTrouble('a request failed', { err: error }),
    });
    return { state: closed, swept, notes, warmUp: async () => {}, stop: async () => requests.close() };
  }

  const ground: Ground = {
    folders,
    socketFolder: settings.socketFolder,
    python,
    bubblewrap,
    groups,
    system: systemFolders(),
    processes,
    limits,
    without,
    environment,
    server,
    userOf,
    ownUids,
  };
  const layers = await verifyLayers(ground, uidBase, without.has('user-namespace') ? 'left out' : stringOr(found));
  const fonts = createFontCache(ground, uidBase);
  const rooms = createLauncherRooms({
    ground,
    uidBase,
    required: Object.entries(layers).flatMap(([name, layer]) => (layer.state === 'absent' ? [] : [name as LayerName])),
    matplotlibCache: () => fonts.folder(),
    onLeft: (room, pids) => onTrouble('processes of a room could not be ended', { room, pids }),
    onChange: (open) =>
      saveState(
        open.map(({ name, uid, process: its }) => ({
          room: name,
          uid: ownUids ? uid : null,
          processes: identify(its),
        })),
      ),
  });
  const identify = ({ pid, hostPid }: { pid: number; hostPid: number }) =>
    [...new Set([pid, hostPid])].flatMap((one) => {
      const startTicks = processes.registry.find(one)?.startTicks;
      return startTicks === undefined ? [] : [{ pid: one, startTicks }];
    });
  const requests = await serveRequests({
    socket: settings.socket,
    server: isRoot ? server : undefined,
    rooms,
    state: state(layers),
    onFailure: (error) => onTrouble('a request failed', { err: error }),
  });
  return {
    state: state(layers),
    swept,
    notes,
    warmUp: async () => fonts.warmUp(),
    async stop() {
      await requests.close();
      await fonts.stop();
      await rooms.closeAll();
      groups?.removeAll();
      saveState([]);
    },
  };
}

const stringOr = (found: unknown): string | undefined => (typeof found === 'string' ? found : undefined);

/** Without one of its controllers, for tests; without all, no groups. */
function openGroupsBut(without: ReadonlySet<LayerName>, instance: number): ReturnType<typeof openGroups> {
  const wanted = (['memory', 'pids', 'cpu'] as const).filter((name) => !without.has(`cgroup-${name}`));
  return wanted.length === 0 ? undefined : openGroups(instance, wanted);
}
