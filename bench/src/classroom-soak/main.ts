// `npm run bench:classroom-soak`: eight hours of class life, with real processes and a class's time that runs some forty
// times as fast as the machine's. Does anything grow, start again, or signal the server?
import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { createHttp } from '../shared/classroom-http.ts';
import { startClassroom } from '../shared/classroom-system.ts';
import { withCleanup } from '../shared/cleanup.ts';
import { watchLoad } from '../shared/machine-load.ts';
import { untilQuiet } from '../shared/quiet.ts';
import { Random } from '../shared/random.ts';
import { classroomGroups, studentProcesses } from '../shared/student-processes.ts';
import { printRows, saveResults } from '../shared/verdict.ts';
import { startClassTime } from './class-time.ts';
import { openRecords } from './database.ts';
import { openHeap } from './heap.ts';
import { createLedger } from './ledger.ts';
import { watchMemory } from './memory-watch.ts';
import { OWN, programsBelow } from './server-programs.ts';
import { lookAround, type QuietPoint } from './quiet-point.ts';
import { rowsOf } from './rows.ts';
import { schoolDay } from './school-day.ts';
import { watchSignals } from './signals.ts';

/** Of this classroom alone, so that no other on the machine is counted. */
const FIRST_UID = 300_000;
const SETTLE_MS = 1000;

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '12' },
    lessons: { type: 'string', default: '8' },
    seed: { type: 'string', default: '1' },
  },
});
const lessons = Number(values.lessons);
const timesAsFast = (lessons * 60) / Number(values.minutes);
const canPlot = (() => {
  try {
    execFileSync('/usr/bin/python3', ['-c', 'import matplotlib'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
})();
const coresInUse = await untilQuiet();
process.stdout.write(
  `${lessons} hours in ${values.minutes} minutes: the class’s time runs ${timesAsFast} times as fast\n`,
);

const found = await withCleanup(async (undo) => {
  const classroom = await startClassroom({
    args: ['--max-users', '60', '--max-active-runs', '100', '--uid-base', String(FIRST_UID), '--log-level', 'warn'],
    env: { ROWHOUSE_CLASSROOM_TEST_TIMES_AS_FAST: String(timesAsFast) },
  });
  undo(() => classroom.remove());
  const { port } = classroom;
  const programs = programsBelow(classroom.process.pid ?? 0);
  const records = openRecords(classroom.dataFolder);
  records?.plant(lessons);
  // Before signals are watched: it takes one.
  const heap = await openHeap(programs.main);
  undo(() => heap.close());
  const witness = await watchSignals();
  undo(() => witness?.stop());
  const door = createHttp(port);
  undo(() => door.close());
  const memory = watchMemory(programs);
  undo(() => memory.stop());
  const ledger = createLedger();
  const load = watchLoad();
  const points: QuietPoint[] = [];
  const threads = new Set<number>();
  const day = {
    port,
    time: startClassTime(timesAsFast),
    ledger,
    random: new Random(Number(values.seed)),
    canPlot,
    lessons,
  };
  await schoolDay(day, async (lesson, goneMinute) => {
    const point = await lookAround(lesson, {
      programs,
      port,
      firstUid: FIRST_UID,
      door,
      records,
      memory,
      heap,
      time: day.time,
    });
    points.push(point);
    for (const thread of OWN.flatMap((name) => threadsOf(programs[name]))) threads.add(thread);
    process.stdout.write(
      `lesson ${lesson} of ${lessons}: all gone at ${goneMinute.toFixed(0)}, quiet at ${(point.minute - (lesson - 1) * 60).toFixed(0)}, server ${point.pssMib.main.toFixed(1)} MB, heap in use ${point.heapMib.toFixed(1)} MB, ` +
        `${ledger.count('run')} runs so far, ${ledger.troubles.length} troubles\n`,
    );
  });
  await sleep(SETTLE_MS); // for the last records
  const signals = witness?.all();
  const finalRows = records?.rows();
  const cpuPercent = load.cpuPercent();
  const after = programsBelow(classroom.process.pid ?? 0);
  heap.close(); // a program waits for whoever inspects it before it ends
  const code = await classroom.stop();
  const left = {
    code,
    processes: [...studentProcesses(FIRST_UID).values()].reduce((sum, each) => sum + each.size, 0),
    groups: classroomGroups(`rowhouse-classroom-${port}`).length,
  };
  return {
    points,
    ledger,
    programs,
    after,
    threads,
    signals,
    finalRows,
    left,
    cpuPercent,
    logged: warnings(classroom.lines),
  };
});

function threadsOf(pid: number): number[] {
  try {
    return readdirSync(`/proc/${pid}/task`).map(Number);
  } catch {
    return []; // gone: the row of restarts tells
  }
}

/** What the programs logged, which is warnings and errors. */
function warnings(lines: readonly string[]): string[] {
  return lines.filter((line) => line.startsWith('{'));
}

const { ledger, points } = found;
const short = printRows(
  `${lessons} hours of class life in ${values.minutes} minutes (the class’s time ${timesAsFast} times as fast), 38 students` +
    `${canPlot ? '' : ' (matplotlib is not installed: no plots)'}; others used ${coresInUse.toFixed(2)} cores before; CPU ${found.cpuPercent.toFixed(0)} %`,
  rowsOf(found),
);
for (const trouble of ledger.troubles.slice(0, 12)) process.stdout.write(`        ${trouble}\n`);
for (const line of found.logged.slice(0, 8)) process.stdout.write(`        logged: ${line.slice(0, 300)}\n`);
process.stdout.write(`        done: ${list(ledger.deeds)}\n        ends: ${list(ledger.ends)}\n`);
saveResults('classroom-soak', {
  lessons,
  minutes: Number(values.minutes),
  timesAsFast,
  seed: Number(values.seed),
  deeds: Object.fromEntries(ledger.deeds),
  ends: Object.fromEntries(ledger.ends),
  troubles: ledger.troubles,
  points,
  finalRows: found.finalRows,
  left: found.left,
});
process.exitCode = short === 0 ? 0 : 1;

function list(counts: ReadonlyMap<string, number>): string {
  return [...counts].map(([what, times]) => `${what} ${times}`).join(', ');
}
