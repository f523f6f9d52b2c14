import { createAdmission } from './admission/admission.ts';
import { createGate } from './admission/gate.ts';
import type { Room, RoomOwner, Rooms, RoomsOptions, RoomUsage } from './api.ts';
import { RuntimeError } from './errors.ts';
import type { DrivenProcess } from './process/driven.ts';
import { createRegistry, mostRuns } from './registry/registry.ts';
import { createLauncherLink } from './room/launcher-link.ts';
import { createRoom, type DrivenRoom } from './room/room.ts';
import { openSession, type Session } from './room/session.ts';
import { createUsagePolls } from './usage-polls.ts';

/** Opening takes CPU: more at a time would only make each take longer. */
const OPENING_AT_ONCE = 4;
/** A program that nobody has looked at, and that has done nothing, for so long may have to make room for others. */
const SPARABLE_MS = 30_000;
/** Of the time after which a program is ended as abandoned. */
const ABANDONED_LOOK = 0.5;

/** @throws RuntimeError `ERR_LAUNCHER` when the launcher cannot be reached */
export async function createRooms(options: RoomsOptions): Promise<Rooms> {
  const { limits, capacity, clock, classClock, socketFolder, onEvent } = options;
  const launcher = createLauncherLink(options.launcherSocket);
  const { layers, python } = await launcher.layers();
  const rooms = new Map<string, DrivenRoom>();
  const gate = createGate(OPENING_AT_ONCE);
  const registry = createRegistry(limits, classClock);
  let isOver = false;

  const living = (): readonly DrivenProcess[] => [...rooms.values()].flatMap((room) => room.living);
  const makeRoom = (): void => {
    const sparable = living().filter((process) => process.quietMs() >= SPARABLE_MS);
    const [oldest] = sparable.sort((one, other) => one.info.startedAtMs - other.info.startedAtMs);
    void oldest?.stop('capacity');
  };
  const admission = createAdmission({
    capacity,
    mostRuns: mostRuns(limits),
    processesTotal: limits.processesTotal,
    clock,
    makeRoom,
  });

  const open = async (owner: RoomOwner): Promise<Session> => {
    const startMs = clock.nowMs();
    const onGone = (error: Error | undefined): void =>
      onEvent({ type: 'room-closed', owner: owner.id, reason: error?.message ?? 'closed' });
    const session = await gate.pass(() => openSession({ owner, launcher, socketFolder, clock, onGone }));
    onEvent({ type: 'room-opened', owner: owner.id, tookMs: clock.nowMs() - startMs });
    return session;
  };
  const create = (owner: RoomOwner): DrivenRoom => {
    const { maxUsers } = capacity;
    if (rooms.size >= maxUsers) {
      throw new RuntimeError('ERR_CAPACITY', { limit: 'maxUsers', value: maxUsers, waitedMs: 0 });
    }
    admission.admitRoom();
    const room = createRoom(owner, {
      limits,
      clock,
      classClock,
      registry,
      admission,
      openSession: open,
      onEvent,
      onClosed() {
        if (rooms.get(owner.id) === room) rooms.delete(owner.id);
      },
    });
    rooms.set(owner.id, room);
    return room;
  };

  let usage: readonly RoomUsage[] = [];
  const polls = createUsagePolls({
    launcher,
    clock,
    rooms: () => rooms,
    onMeasured(measured) {
      usage = measured;
      admission.measured(measured.reduce((sum, room) => sum + room.pssBytes, 0));
    },
  });

  return {
    layers,
    python,
    async open(owner) {
      if (isOver) throw new RuntimeError('ERR_ROOM_CLOSED', { owner: owner.id });
      const known = rooms.get(owner.id);
      // One that is being closed gives way to a new one.
      if (known?.isClosing === true) await known.close('room-closed');
      const room = rooms.get(owner.id) ?? create(owner);
      try {
        await room.ready();
      } catch (error) {
        if (room.processes().length === 0) await room.close('room-closed');
        throw error;
      }
      return room;
    },
    find: (ownerId) => rooms.get(ownerId),
    list: (): readonly Room[] => [...rooms.values()],
    usage: () => usage,
    counts: () => ({
      rooms: rooms.size,
      running: admission.running,
      queued: admission.queued,
      fileOperations: registry.count(['file']),
      abandoned: living().filter((process) => process.quietMs() > limits.abandonedMs * ABANDONED_LOOK).length,
    }),
    async close() {
      isOver = true;
      polls.stop();
      await Promise.all([...rooms.values()].map((room) => room.close('server-stopped')));
      launcher.end();
    },
  };
}
