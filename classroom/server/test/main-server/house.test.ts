import type { Room, Rooms } from '@rowhouse/classroom-runtime';
import type { Clock } from '@rowhouse/supervisor';
import { describe, expect, it } from 'vitest';
import { keepHouse } from '../../src/main-server/house.ts';

const MINUTE = 60_000;

/** A house with one room, time that passes when told to, and what is there at the moment. */
async function setUp() {
  let nowMs = 0;
  let due: { readonly atMs: number; readonly run: () => void } | undefined;
  const clock: Clock = {
    nowMs: () => nowMs,
    epochMs: () => nowMs,
    after(delayMs, run) {
      due = { atMs: nowMs + delayMs, run };
      return () => (due = undefined);
    },
  };
  const now = { isConnected: true, isRunning: false };
  const closed: number[] = [];
  const room = {
    owner: { id: 'ada', uid: 1 },
    processes: () => (now.isRunning ? [{ info: { state: 'running' } }] : []),
    close: () => Promise.resolve(void closed.push(nowMs / MINUTE)),
  } as unknown as Room;
  const rooms = {
    open: () => Promise.resolve(room),
    list: () => (closed.length === 0 ? [room] : []),
  } as Partial<Rooms> as Rooms;
  const house = keepHouse(rooms, { isConnected: () => now.isConnected, clock });
  await house.rooms.open(room.owner);
  const pass = (minutes: number) => {
    const untilMs = nowMs + minutes * MINUTE;
    for (let next = due; next !== undefined && next.atMs <= untilMs; next = due) {
      nowMs = next.atMs;
      next.run();
    }
    nowMs = untilMs;
  };
  return { now, closed, pass };
}

describe('a room', () => {
  it('is kept while a page is open, and ten minutes after', async () => {
    const { now, closed, pass } = await setUp();
    pass(60);
    now.isConnected = false;
    pass(9);
    expect(closed).toEqual([]);
    pass(2);
    expect(closed).toHaveLength(1);
  });

  it('is kept ten minutes after its last program has ended, for who comes back to look at what it printed', async () => {
    const { now, closed, pass } = await setUp();
    now.isRunning = true;
    now.isConnected = false;
    pass(60);
    now.isRunning = false;
    pass(9);
    expect(closed).toEqual([]);
    pass(2);
    expect(closed).toHaveLength(1);
  });

  it('in which nothing ever ran is closed ten minutes after it was opened', async () => {
    const { now, closed, pass } = await setUp();
    now.isConnected = false;
    pass(9);
    expect(closed).toEqual([]);
    pass(2);
    expect(closed).toHaveLength(1);
  });
});
