import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { family, memoryOf } from '../shared/processes.ts';
import { median } from '../shared/quantiles.ts';
import type { Seat } from './together.ts';

const FIRST_STUDENT_UID = 200_000;
const RUNNING = 'import time\nprint("running", flush=True)\ntime.sleep(60)';

export interface MemoryFigures {
  /** Of one student's room, signed in and idle. */
  readonly idleBytes: number;
  /** What a running script adds to it. */
  readonly runBytes: number;
  readonly rooms: number;
  readonly server: { readonly pssBytes: number; readonly rssBytes: number };
  /** Of all processes of the classroom, rooms included. */
  readonly totalBytes: number;
}

/** PSS by student, of all processes of their user. */
function roomsPss(): Map<number, number> {
  const rooms = new Map<number, number>();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const uid = uidOf(name);
    if (uid < FIRST_STUDENT_UID || uid > FIRST_STUDENT_UID + 65_535) continue;
    rooms.set(uid, (rooms.get(uid) ?? 0) + (memoryOf(Number(name))?.pssBytes ?? 0));
  }
  return rooms;
}

function uidOf(pid: string): number {
  try {
    return Number(/^Uid:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0);
  } catch {
    return 0; // ended meanwhile
  }
}

export async function measureMemory(
  seats: readonly Seat[],
  mainPid: number,
  supervisor: number,
): Promise<MemoryFigures> {
  await sleep(1000);
  const idle = [...roomsPss().values()];
  const runs = await Promise.all(seats.map(({ tab }) => tab.start({ source: RUNNING })));
  await Promise.all(runs.map((run) => run.until(() => run.text().includes('running'), 'the first line')));
  await sleep(1000);
  const running = [...roomsPss().values()];
  const server = memoryOf(mainPid) ?? { pssBytes: Number.NaN, rssBytes: Number.NaN };
  const others = family(supervisor).map((pid) => ({ pid, uid: uidOf(String(pid)) }));
  const own = others
    .filter(({ uid }) => uid < FIRST_STUDENT_UID)
    .reduce((sum, { pid }) => sum + (memoryOf(pid)?.pssBytes ?? 0), 0);
  for (const run of runs) run.stop();
  await Promise.all(runs.map((run) => run.ended));
  return {
    idleBytes: median(idle),
    runBytes: median(running) - median(idle),
    rooms: idle.length,
    server,
    totalBytes: own + running.reduce((sum, each) => sum + each, 0),
  };
}
