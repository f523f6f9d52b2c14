import { type Room, type Rooms, RuntimeError } from '@rowhouse/classroom-runtime';
import type { Clock } from '@rowhouse/supervisor';

/** A room in which nothing has run, and at which nobody has looked, for so long is closed: until then people come back. */
const KEEP_MS = 10 * 60_000;
const LOOK_MS = 30_000;

export interface House {
  /** The rooms; to open one when the house is full first closes those that nobody needs. */
  readonly rooms: Rooms;
  stop(): void;
}

/**
 * Closes rooms that are not needed any more.
 *
 * @param isConnected whether somebody has a page of this account open
 */
export function keepHouse(
  rooms: Rooms,
  options: {
    readonly isConnected: (owner: string) => boolean;
    readonly clock: Clock;
    readonly keepMs?: number;
    /** Done in every room before anybody enters it. */
    readonly prepare?: (room: Room) => Promise<void>;
  },
): House {
  const { isConnected, clock, keepMs = KEEP_MS, prepare } = options;
  /** When somebody last needed it, by account. */
  const neededMs = new Map<string, number>();
  let cancel = (): void => {};

  const isNeeded = (room: Room) =>
    isConnected(room.owner.id) || room.processes().some(({ info }) => info.state !== 'ended');
  const closeUnneeded = async (olderThanMs: number): Promise<number> => {
    const nowMs = clock.nowMs();
    const old = rooms
      .list()
      .filter((room) => !isNeeded(room) && nowMs - (neededMs.get(room.owner.id) ?? 0) >= olderThanMs);
    await Promise.allSettled(old.map((room) => room.close('room-closed')));
    for (const { owner } of old) neededMs.delete(owner.id);
    return old.length;
  };
  const look = () => {
    // What has only just ended is what somebody comes back for.
    for (const room of rooms.list()) if (isNeeded(room)) neededMs.set(room.owner.id, clock.nowMs());
    void closeUnneeded(keepMs);
    cancel = clock.after(LOOK_MS, look);
  };
  cancel = clock.after(LOOK_MS, look);

  const open: Rooms['open'] = async (owner) => {
    const room = await openOrMakeRoom(owner);
    await prepare?.(room);
    return room;
  };
  const openOrMakeRoom: Rooms['open'] = async (owner) => {
    neededMs.set(owner.id, clock.nowMs());
    try {
      return await rooms.open(owner);
    } catch (error) {
      const isFull = error instanceof RuntimeError && error.code === 'ERR_CAPACITY';
      if (!isFull || (await closeUnneeded(FRESH_MS)) === 0) throw error;
      return rooms.open(owner);
    }
  };
  return { rooms: withOpen(rooms, open), stop: () => cancel() };
}

/** A room that is being opened for a request has no page and no process yet. */
const FRESH_MS = 10_000;

function withOpen(rooms: Rooms, open: Rooms['open']): Rooms {
  return {
    get layers() {
      return rooms.layers;
    },
    get python() {
      return rooms.python;
    },
    open,
    find: (owner) => rooms.find(owner),
    list: () => rooms.list(),
    usage: () => rooms.usage(),
    counts: () => rooms.counts(),
    close: () => rooms.close(),
  };
}
