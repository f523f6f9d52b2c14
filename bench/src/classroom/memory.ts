import { setTimeout as sleep } from 'node:timers/promises';
import { family, memoryOf } from '../shared/processes.ts';
import { median } from '../shared/quantiles.ts';
import { isStudent, studentProcesses, userOf } from '../shared/student-processes.ts';
import type { Seat } from './together.ts';

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

/** PSS of each room: of all processes of its student's user. */
function roomsPss(): number[] {
  return [...studentProcesses().values()].map((processes) =>
    [...processes.keys()].reduce((sum, pid) => sum + (memoryOf(pid)?.pssBytes ?? 0), 0),
  );
}

export async function measureMemory(
  seats: readonly Seat[],
  mainPid: number,
  supervisor: number,
): Promise<MemoryFigures> {
  await sleep(1000);
  const idle = roomsPss();
  const runs = await Promise.all(seats.map(({ tab }) => tab.start({ source: RUNNING })));
  await Promise.all(runs.map((run) => run.until(() => run.text().includes('running'), 'the first line')));
  await sleep(1000);
  const running = roomsPss();
  const server = memoryOf(mainPid) ?? { pssBytes: Number.NaN, rssBytes: Number.NaN };
  const own = family(supervisor)
    .filter((pid) => !isStudent(userOf(pid) ?? 0))
    .reduce((sum, pid) => sum + (memoryOf(pid)?.pssBytes ?? 0), 0);
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
