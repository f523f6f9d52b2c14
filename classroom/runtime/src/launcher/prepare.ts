import type { LayerName } from '@rowhouse/classroom-protocol';
import { findBubblewrap } from './bubblewrap.ts';
import { ensureFolder, look, type Owner, ownUser, prepareFolders } from './folders.ts';
import type { Ground } from './ground.ts';
import { type Groups, openGroups } from './groups/index.ts';
import { systemFolders, uidsExist } from './machine.ts';
import { createProcesses, type Processes } from './processes.ts';
import { installPrograms } from './programs.ts';
import { findPython } from './python.ts';
import { UID_RANGE } from './requests.ts';
import type { OpenRoom } from './room.ts';
import type { ResolvedSettings } from './settings.ts';
import { type RunState, stateFile, writeState } from './state-file.ts';
import { sweepAll, type Swept } from './sweep.ts';

export interface PrepareOptions {
  readonly settings: ResolvedSettings;
  /** The folder of our Python programs. */
  readonly programs: string;
  /** Of this process; rooms get it only when a test leaves the empty environment out. */
  readonly environment: Readonly<Record<string, string>>;
}

export interface Prepared {
  /** Or why there can be no rooms. */
  readonly ground: Ground | string;
  readonly groups: Groups | undefined;
  readonly swept: Swept;
  readonly notes: readonly string[];
  /** Why rooms are made without it; `undefined`: they are made with it. */
  readonly noBubblewrap: string | undefined;
  /** Who may ask for rooms; `undefined`: this user only. */
  readonly server: Owner | undefined;
  /** Writes down what a launcher after this one would have to end. */
  saveState(rooms: readonly OpenRoom[]): void;
}

/** Clears away what an earlier launcher left, and finds out what rooms can be made of. @throws LauncherError */
export async function prepare({ settings, programs, environment }: PrepareOptions): Promise<Prepared> {
  const { instance, limits, uidBase } = settings;
  const own = ownUser();
  const isRoot = own.uid === 0;
  const owner: Owner = { uid: settings.serverUid, gid: settings.serverGid };
  const server = isRoot ? owner : undefined;
  const without: ReadonlySet<LayerName> = new Set(settings.withoutLayers);
  const exist = uidsExist(uidBase);
  const ownUids = isRoot && exist && !without.has('own-uid');
  const shared = settings.fallbackUid ?? (exist ? uidBase + UID_RANGE - 1 : owner.uid);
  const userOf = (uid: number): Owner | undefined => {
    if (!isRoot) return undefined;
    return ownUids ? { uid, gid: uid } : { uid: shared, gid: shared };
  };
  const student = userOf(uidBase + UID_RANGE - 1);

  const folders = prepareFolders(settings.dataFolder, server);
  if (look(settings.socketFolder) === undefined) ensureFolder(settings.socketFolder, server ?? own, 0o711);
  const processes = createProcesses();
  const swept = await sweepAll(folders.state, instance, processes);
  const groups = openGroupsBut(without, instance);
  const saveState = (rooms: readonly OpenRoom[]): void =>
    writeState(stateFile(folders.state, instance), describeState(rooms, groups, processes, ownUids));
  saveState([]);

  const python = await findPython(settings.python, student);
  const interpreter = typeof python === 'string' ? undefined : python;
  const found = await findBubblewrap(student);
  const bubblewrap = typeof found === 'string' ? undefined : found;
  // Where all students are one user, a process of theirs that outlived an earlier launcher could reach into it.
  const compiler = ownUids ? student : server;
  await installPrograms(programs, folders.programs, settings.hostProgram, interpreter, compiler);
  const leftOut = without.has('user-namespace') ? 'left out' : undefined;
  return {
    ground:
      typeof python === 'string'
        ? python
        : {
            folders,
            socketFolder: settings.socketFolder,
            python,
            bubblewrap: leftOut === undefined ? bubblewrap : undefined,
            groups,
            system: systemFolders(),
            processes,
            limits,
            without,
            environment,
            server: owner,
            userOf,
            ownUids,
          },
    groups,
    swept,
    notes: [python, found].filter((note) => typeof note === 'string'),
    noBubblewrap: leftOut ?? (typeof found === 'string' ? found : undefined),
    server,
    saveState,
  };
}

function describeState(
  rooms: readonly OpenRoom[],
  groups: Groups | undefined,
  { table, registry }: Processes,
  ownUids: boolean,
): RunState {
  return {
    bootId: table.bootId ?? '',
    launcher: { pid: process.pid, startTicks: table.stat(process.pid)?.startTicks ?? 0 },
    groups: [...(groups?.roots ?? [])],
    rooms: rooms.map((room) => ({
      room: room.name,
      uid: ownUids ? room.uid : null,
      processes: [...new Set([room.process.pid, room.process.hostPid])].flatMap((pid) => {
        const startTicks = registry.find(pid)?.startTicks;
        return startTicks === undefined ? [] : [{ pid, startTicks }];
      }),
    })),
  };
}

/** Without one of its controllers, for tests; without all, no groups. */
function openGroupsBut(without: ReadonlySet<LayerName>, instance: number): Groups | undefined {
  const wanted = (['memory', 'pids', 'cpu'] as const).filter((name) => !without.has(`cgroup-${name}`));
  return wanted.length === 0 ? undefined : openGroups(instance, wanted);
}
