// `npm run bench:classroom-cleanup`: 1,000 sessions that sign in, run something and are dropped at random moments; then
// kill -9 at 20 random moments under load. What is left of it?
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { demoStudent, openTab, signIn } from '../shared/classroom-client.ts';
import { startClassroom } from '../shared/classroom-system.ts';
import { withCleanup } from '../shared/cleanup.ts';
import { openFiles } from '../shared/processes.ts';
import { median } from '../shared/quantiles.ts';
import { Random } from '../shared/random.ts';
import { classroomGroups, studentProcesses } from '../shared/student-processes.ts';
import { printRows, saveResults } from '../shared/verdict.ts';
import { killsUnderLoad } from './kills.ts';
import { tornSessions } from './torn.ts';

const AT_ONCE = 12;
/** Sandbox, session host, the next run's process and the file worker. */
const IDLE_PROCESSES = 4;
const SETTLE_MS = 60_000;
const READY_TARGET_MS = 10_000;

const { values } = parseArgs({
  options: {
    seed: { type: 'string' },
    sessions: { type: 'string', default: '1000' },
    kills: { type: 'string', default: '20' },
  },
});
const seed = Number(values.seed ?? Date.now() % 2 ** 31);
const random = new Random(seed);
process.stdout.write(`seed ${seed}; repeat with: npm run bench:classroom-cleanup -- --seed ${seed}\n`);

const mounts = () => readFileSync('/proc/self/mounts', 'utf8').split('\n').length;

const found = await withCleanup(async (undo) => {
  const mountsBefore = mounts();
  const classroom = await startClassroom({
    args: [
      '--limits-script-wall-s',
      '3',
      '--limits-repl-wall-s',
      '4',
      '--limits-waiting-s',
      '3',
      '--limits-abandoned-s',
      '2',
      '--limits-output-mib-per-s',
      '1',
      '--max-users',
      '60',
    ],
  });
  undo(() => classroom.remove());
  await tornSessions(classroom.port, 76, AT_ONCE, random); // opens every room once
  await settle();
  const descriptorsBefore = openFiles(classroom.mainPid).length;
  const torn = await tornSessions(classroom.port, Number(values.sessions), AT_ONCE, random);
  const left = await settle();
  await sleep(2000);
  const descriptors = openFiles(classroom.mainPid).length - descriptorsBefore;
  const listed = await livingProcesses(classroom.port);
  const name = `rowhouse-classroom-${classroom.port}`;
  // Version 1 of cgroups has each group once for each controller.
  const runs = classroomGroups(name).map((group) => /\/room-[^/]+\/run-[^/]+$/.exec(group)?.[0]);
  const groups = new Set(runs.filter((run) => run !== undefined)).size;
  const rooms = studentProcesses().size;
  const code = await classroom.stop();
  await sleep(500);
  const after = {
    processes: [...studentProcesses().values()].reduce((sum, each) => sum + each.size, 0),
    groups: classroomGroups(name),
    mounts: mounts() - mountsBefore,
  };
  await classroom.remove();
  process.stdout.write(`${torn.sessions} sessions are gone; now the kills\n`);
  const kills = await killsUnderLoad(Number(values.kills), random, undo);
  return { torn, left, descriptors, listed, groups, rooms, code, after, kills };
});

/** Waits until rooms hold nothing but what an idle room holds; returns what is too much. */
async function settle(): Promise<string[]> {
  const surplus = () =>
    [...studentProcesses()].flatMap(([uid, processes]) =>
      processes.size > IDLE_PROCESSES ? [`${uid}: ${[...processes.values()].join(' | ').slice(0, 200)}`] : [],
    );
  const deadline = performance.now() + SETTLE_MS;
  while (surplus().length > 0 && performance.now() < deadline) await sleep(200);
  return surplus();
}

/** Processes that the server still counts as living. */
async function livingProcesses(port: number): Promise<number> {
  let living = 0;
  for (let number = 1; number <= 38; number += 1) {
    const person = await signIn(port, demoStudent(number));
    const tab = await openTab(person);
    living += tab.processes.filter(({ state }) => state !== 'ended').length;
    tab.close();
    person.http.close();
  }
  return living;
}

const { torn, left, descriptors, listed, groups, rooms, code, after, kills } = found;
const lost = kills.flatMap((kill) => kill.lost);
const orphans = kills.flatMap((kill) => kill.orphans);
const saves = kills.reduce((sum, kill) => sum + kill.acknowledged, 0);
const readyMs = kills.map((kill) => kill.readyMs);
const refusals = Object.entries(torn.refused).map(([reason, times]) => `${times} ${reason}`);
const short = printRows(`What is left of torn sessions and of kill -9: seed ${seed}`, [
  {
    what: 'sessions dropped at random moments whose run had started (of all; refused for a limit)',
    figure: `${torn.started} (${torn.sessions}; ${refusals.join(', ') || 'none'}), ${torn.errors.length} errors`,
    target: `${values.sessions}, 0 errors`,
    ok: torn.started >= Number(values.sessions) && torn.errors.length === 0,
  },
  {
    what: 'afterwards: processes beside idle rooms, processes that the server counts, groups of runs too many',
    figure: `${left.length}, ${listed}, ${Math.max(0, groups - rooms)}`,
    target: '0, 0, 0',
    ok: left.length === 0 && listed === 0 && groups <= rooms,
  },
  {
    what: 'descriptors of the server more than before',
    figure: `${descriptors}`,
    target: '<= 4',
    ok: descriptors <= 4,
  },
  {
    what: 'after its end (code): students’ processes, cgroups, mounts',
    figure: `(${code}) ${after.processes}, ${after.groups.length}, ${after.mounts}`,
    target: '(0) 0, 0, 0',
    ok: code === 0 && after.processes === 0 && after.groups.length === 0 && after.mounts === 0,
  },
  {
    what: `kill -9 under load, ${kills.length} times: usable again, slowest`,
    figure: `${Math.max(...readyMs).toFixed(0)} ms (median ${median(readyMs).toFixed(0)} ms)`,
    target: `<= ${READY_TARGET_MS} ms`,
    ok: readyMs.every((each) => each <= READY_TARGET_MS),
  },
  {
    what: 'acknowledged saves that are not there or half-written',
    figure: `${lost.length} of ${saves}${lost.length > 0 ? ` (${lost[0]})` : ''}`,
    target: '0',
    ok: lost.length === 0,
  },
  {
    what: 'processes of students that outlived the kill',
    figure: `${orphans.length}${orphans.length > 0 ? ` (${orphans[0]})` : ''}`,
    target: '0',
    ok: orphans.length === 0,
  },
]);
for (const error of [...new Set(torn.errors)].slice(0, 5)) process.stdout.write(`        ${error}\n`);
for (const each of left.slice(0, 5)) process.stdout.write(`        left: ${each}\n`);
saveResults('classroom-cleanup', { seed, torn, left, descriptors, listed, groups, rooms, code, after, kills });
process.exitCode = short === 0 ? 0 : 1;
