import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Http } from '../shared/classroom-http.ts';
import { memoryOf, openFiles } from '../shared/processes.ts';
import { classroomGroups, studentProcesses } from '../shared/student-processes.ts';
import type { ClassTime } from './class-time.ts';
import type { Records } from './database.ts';
import type { Heap } from './heap.ts';
import type { MemoryWatch } from './memory-watch.ts';
import type { Programs } from './server-programs.ts';
import { OPEN_IN_BREAKS } from './school-day.ts';

const SETTLE_MS = 20_000;
const LOOK_MS = 100;
const MIB = 2 ** 20;

/** What there is at the end of a lesson, when nobody is there. */
export interface QuietPoint {
  readonly lesson: number;
  /** On the class's time, since the first bell. */
  readonly minute: number;
  /** Rooms that nobody needs were closed by then. */
  readonly isQuiet: boolean;
  /** What is theirs alone (heaps, stacks), not the code, which is shared with whatever else runs it: the least since the last look. */
  readonly ownMib: Readonly<Record<keyof Programs, number>>;
  /** Of the server, after a collection. */
  readonly heapMib: number;
  readonly pssMib: Readonly<Record<keyof Programs, number>>;
  readonly rssMib: Readonly<Record<keyof Programs, number>>;
  /** Of `main` without the connections of its pool to the database, which come and go. */
  readonly descriptors: Readonly<Record<keyof Programs, number>>;
  readonly things: Readonly<
    Record<'cgroups' | 'mounts' | 'students’ processes' | 'sockets of rooms' | 'registered', number>
  >;
  /** Worst since the last quiet point. */
  readonly loopDelayMs: number;
  readonly rows: Readonly<Record<string, number>>;
}

export interface Surroundings {
  readonly programs: Programs;
  readonly port: number;
  readonly firstUid: number;
  readonly door: Http;
  readonly records: Records | undefined;
  readonly memory: MemoryWatch;
  readonly heap: Heap;
  readonly time: ClassTime;
}

export async function lookAround(lesson: number, where: Surroundings): Promise<QuietPoint> {
  const { programs, port, door } = where;
  const endMs = performance.now() + SETTLE_MS;
  const isQuiet = () => studentProcesses(where.firstUid).size === OPEN_IN_BREAKS;
  while (!isQuiet() && performance.now() < endMs) await sleep(LOOK_MS);
  const stats = JSON.parse((await door.ask('/system-stats')).body.toString()) as {
    processes: { scripts: number; repls: number; file_operations: number };
  };
  const metrics = (await door.ask('/metrics')).body.toString();
  const rows = where.records?.rows() ?? {};
  const each = (value: (pid: number) => number) => ({
    supervisor: value(programs.supervisor),
    launcher: value(programs.launcher),
    main: value(programs.main),
    database: value(programs.database),
    postgres: value(programs.postgres),
  });
  const descriptors = each((pid) => openFiles(pid).length);
  const pssMib = each((pid) => (memoryOf(pid)?.pssBytes ?? Number.NaN) / MIB);
  const rssMib = each((pid) => (memoryOf(pid)?.rssBytes ?? Number.NaN) / MIB);
  const { scripts, repls, file_operations: files } = stats.processes;
  const students = studentProcesses(where.firstUid);
  return {
    lesson,
    minute: where.time.minute(),
    isQuiet: isQuiet(),
    ownMib: where.memory.takeLeastMib(),
    heapMib: await where.heap.usedMib(),
    pssMib,
    rssMib,
    descriptors: { ...descriptors, main: descriptors.main - (rows['connections'] ?? 0) },
    things: {
      cgroups: classroomGroups(`rowhouse-classroom-${port}`).length,
      mounts: readFileSync(`/proc/${programs.launcher}/mounts`, 'utf8').split('\n').length - 1,
      'students’ processes': [...students.values()].reduce((sum, all) => sum + all.size, 0),
      'sockets of rooms': readdirSync(`/run/rowhouse/classroom-${port}/rooms`).length,
      registered: scripts + repls + files,
    },
    loopDelayMs: Number(/^rowhouse_classroom_loop_delay_worst_ms\S* (\S+)$/m.exec(metrics)?.[1] ?? Number.NaN),
    rows,
  };
}
