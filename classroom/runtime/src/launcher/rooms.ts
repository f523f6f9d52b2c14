import path from 'node:path';
import type { LayerName } from '@rowhouse/classroom-protocol';
import { LauncherError } from './errors.ts';
import type { Ground } from './ground.ts';
import { runLeaf, runLimits } from './groups/index.ts';
import { endRun, watchMemory } from './memory-watch.ts';
import { place } from './placing.ts';
import { until } from './processes.ts';
import { type LauncherEvent, type LauncherRoomUsage, type RunFacts, UID_RANGE } from './requests.ts';
import { type OpenRoom, openRoom } from './room.ts';
import { measure } from './usage.ts';

const END_MS = 5_000;
const NO_FACTS: RunFacts = { oomKilled: false, pidsRefused: 0, cpuMs: null, peakMemoryBytes: null };

/** The rooms that are open, and what may be asked about them. Everything rejects with LauncherError. */
export interface LauncherRooms {
  /** @param onExit hears of its end, however it came to it */
  open(
    request: { room: string; uid: number; socket: string; token: string },
    onExit: (event: LauncherEvent) => void,
  ): Promise<{ pid: number }>;
  place(room: string, spare: number, pid: number): { readonly pid: number | null };
  endRun(room: string, spare: number): Promise<RunFacts>;
  close(room: string): Promise<void>;
  usage(): Promise<readonly LauncherRoomUsage[]>;
  /** Ends everything. */
  closeAll(): Promise<void>;
}

export interface LauncherRoomsOptions {
  readonly ground: Ground;
  readonly uidBase: number;
  readonly required: readonly LayerName[];
  /** Asked for every room, for it is made while the launcher runs. */
  readonly matplotlibCache: () => string | undefined;
  /** Something of a room could not be ended. */
  readonly onLeft: (room: string, pids: readonly number[]) => void;
  /** Rooms came or went. */
  readonly onChange: (rooms: readonly OpenRoom[]) => void;
}

/** Of one room: taken before it is opened, and until nothing is left of it. */
interface Place {
  readonly uid: number;
  /** `undefined`: it is being opened. */
  room: OpenRoom | undefined;
}

export function createLauncherRooms(options: LauncherRoomsOptions): LauncherRooms {
  const { ground, uidBase, onChange } = options;
  const { groups, processes } = ground;
  const rooms = new Map<string, Place>();
  let stopping = false;

  const opened = (): OpenRoom[] => [...rooms.values()].flatMap(({ room }) => room ?? []);
  /** Also one that is still being opened, or not yet closed: its processes are that user's from the first to the last. */
  const holderOf = (uid: number): string | undefined => [...rooms].find(([, one]) => one.uid === uid)?.[0];
  const stopWatching = watchMemory(groups, processes, () => opened().map(({ name }) => name));
  const find = (name: string): OpenRoom => {
    const room = rooms.get(name)?.room;
    if (room === undefined) throw new LauncherError('ERR_LAUNCHER_NO_ROOM', { room: name });
    return room;
  };
  const end = async (room: OpenRoom): Promise<void> => {
    const { left } = await room.end();
    if (left.length > 0) options.onLeft(room.name, left);
    if (rooms.get(room.name)?.room !== room) return;
    rooms.delete(room.name);
    onChange(opened());
  };

  return {
    async open({ room: name, uid, socket, token }, onExit) {
      if (stopping) throw new LauncherError('ERR_LAUNCHER_STOPPING', {});
      if (rooms.has(name)) throw new LauncherError('ERR_LAUNCHER_ROOM_OPEN', { room: name });
      requireUid(uid, uidBase);
      const holder = ground.ownUids ? holderOf(uid) : undefined;
      if (holder !== undefined) {
        throw new LauncherError('ERR_LAUNCHER_UID', { uid, reason: `the room of ${holder} runs as it` });
      }
      const taken: Place = { uid, room: undefined };
      rooms.set(name, taken);
      let room: OpenRoom;
      try {
        room = await openRoom(ground, {
          name,
          uid,
          socket: path.join(ground.socketFolder, socket),
          token,
          program: 'host.py',
          required: options.required,
          matplotlibCache: options.matplotlibCache(),
        });
      } catch (error) {
        rooms.delete(name);
        throw error;
      }
      taken.room = room;
      onChange(opened());
      void room.exited.then(async (exit) => {
        await end(room);
        onExit({ event: 'room-exited', room: name, ...exit });
      });
      if (stopping) await end(room);
      return { pid: room.process.hostPid };
    },
    place(name, spare, pid) {
      const { process, uid } = find(name);
      if (groups === undefined) return { pid: null };
      const room = { name, hostPid: process.hostPid, uid };
      return { pid: place({ groups, processes, room, limits: runLimits(ground.limits) }, spare, pid) };
    },
    async endRun(name, spare) {
      const room = find(name);
      if (groups === undefined) return NO_FACTS;
      const leaf = runLeaf(spare);
      if (!groups.has(name, leaf)) throw new LauncherError('ERR_LAUNCHER_NO_RUN', { room: name, spare });
      // A room that was closed and opened anew meanwhile may have a run of the same number: that one is not meant.
      const isOver = (): boolean => rooms.get(name)?.room !== room;
      await until(() => isOver() || endRun(groups, processes, name, leaf), END_MS);
      if (isOver()) return NO_FACTS;
      const facts = groups.facts(name, leaf);
      const isRemoved = await until(() => isOver() || groups.remove(name, leaf), END_MS);
      if (!isRemoved) options.onLeft(name, groups.pids(name, leaf));
      return facts;
    },
    close: async (name) => end(find(name)),
    usage: async () => measure(opened(), groups, processes),
    async closeAll() {
      stopping = true;
      stopWatching();
      await until(() => [...rooms.values()].every(({ room }) => room !== undefined), END_MS);
      await Promise.all(opened().map(end));
    },
  };
}

/** The last of the range is the check's own. */
function requireUid(uid: number, uidBase: number): void {
  if (uid >= uidBase && uid < uidBase + UID_RANGE - RESERVED_UIDS) return;
  throw new LauncherError('ERR_LAUNCHER_UID', { uid, reason: `not one of a student, from ${uidBase} on` });
}

/** Of the check of the layers: the throwaway room's, and another that it must not reach. */
export const RESERVED_UIDS = 2;
