import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DEFAULT_LIMITS, type Limits } from '@rowhouse/classroom-protocol';
import { systemClock } from '@rowhouse/supervisor';
import type { Capacity, Rooms, RoomsEvent, RoomsOptions } from '../../src/api.ts';
import { createRooms } from '../../src/rooms.ts';
import { type PlainLauncher, startPlainLauncher } from './plain-launcher.ts';

export interface House {
  readonly rooms: Rooms;
  readonly launcher: PlainLauncher;
  readonly events: readonly RoomsEvent[];
  readonly folder: string;
  readonly socketFolder: string;
  close(): Promise<void>;
}

export const CAPACITY: Capacity = { maxUsers: 100, maxActiveRuns: 200, memoryBytes: 2 ** 33, queueMs: 2_000 };

/** Rooms over the plain launcher, in a folder of their own. */
export async function openHouse(
  given: {
    limits?: Partial<Limits>;
    capacity?: Partial<Capacity>;
    clock?: RoomsOptions['clock'];
    program?: readonly string[];
  } = {},
): Promise<House> {
  const folder = mkdtempSync(join(tmpdir(), 'rowhouse-rooms-'));
  const socketFolder = join(folder, 'sockets');
  mkdirSync(socketFolder);
  const limits = { ...DEFAULT_LIMITS, ...given.limits };
  const { program } = given;
  const launcher = await startPlainLauncher({ folder, socketFolder, limits, ...(program ? { program } : {}) });
  const events: RoomsEvent[] = [];
  const rooms = await createRooms({
    launcherSocket: launcher.socket,
    socketFolder,
    limits,
    capacity: { ...CAPACITY, ...given.capacity },
    clock: given.clock ?? systemClock,
    classClock: given.clock ?? systemClock,
    onEvent: (event) => events.push(event),
  });
  return {
    rooms,
    launcher,
    events,
    folder,
    socketFolder,
    async close() {
      await rooms.close();
      await launcher.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
