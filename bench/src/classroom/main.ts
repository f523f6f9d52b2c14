// `npm run bench:classroom`: what a student waits for, alone and with 37 others, and what the class costs in memory.
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { demoStudent, openTab, signIn } from '../shared/classroom-client.ts';
import { startClassroom } from '../shared/classroom-system.ts';
import { startWitnesses } from '../shared/classroom-witnesses.ts';
import { withCleanup } from '../shared/cleanup.ts';
import { quantile } from '../shared/quantiles.ts';
import { untilQuiet } from '../shared/quiet.ts';
import { Random } from '../shared/random.ts';
import { printRows, type Row, saveResults } from '../shared/verdict.ts';
import { fileOperations } from './files.ts';
import { finish, firstRuns, warmRuns } from './first-output.ts';
import { jupyterFirstOutput } from './jupyter.ts';
import { measureMemory } from './memory.ts';
import { runTogether, signInTogether } from './together.ts';

const WARM_RUNS = 300;
const FIRST_RUNS = 12;
const ROUNDS = 5;
const ECHO_S = 30;
const FILES_S = 20;
const MIB = 2 ** 20;

const { values } = parseArgs({ options: { students: { type: 'string', default: '38' }, seed: { type: 'string' } } });
const students = Number(values.students);
const random = new Random(Number(values.seed ?? 1));
const names = Array.from({ length: students }, (_, index) => demoStudent(index + 1));
const capacity = ['--max-users', '60', '--max-active-runs', '100'];
const coresInUse = await untilQuiet();

const figures = await withCleanup(async (undo) => {
  const say = (line: string) => process.stdout.write(`${line}\n`);
  say('one student');
  const alone = await startClassroom({ args: capacity });
  undo(() => alone.remove());
  const firstMs = await firstRuns(alone.port, names.slice(1, 1 + FIRST_RUNS));
  const warmMs = await warmRuns(await signIn(alone.port, demoStudent(1)), WARM_RUNS);
  await alone.remove();

  say(`${students} sign in at once, beside somebody at work`);
  const classroom = await startClassroom({ args: capacity });
  undo(() => classroom.remove());
  const { port, mainPid } = classroom;
  const teacher = await openTab(await signIn(port, 'teacher'));
  await teacher.roomOpen;
  const repl = await teacher.start({});
  await repl.until(() => repl.state === 'waiting-for-code', 'the prompt');
  const meanwhileMs: number[] = [];
  const signingIn = signInTogether(port, names);
  const settled = signingIn.then(() => performance.now());
  for (let line = 0, done = false; !done; line += 1) {
    meanwhileMs.push(await repl.echo(`m${line}.`));
    done = await Promise.race([settled.then(() => true), sleep(20).then(() => false)]);
  }
  const { seats, tookMs: signInMs } = await signingIn;
  teacher.close();

  say('all press Run at once');
  const rounds = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    rounds.push(await runTogether(seats));
    await sleep(1000);
  }
  say('memory');
  const memory = await measureMemory(seats, mainPid, classroom.process.pid ?? 0);
  say('files');
  const files = await fileOperations(seats, FILES_S, random);
  say('all at a REPL');
  const witnesses = await startWitnesses(
    seats.map(({ person }) => person),
    random,
  );
  await sleep(ECHO_S * 1000);
  await witnesses.stop();
  const echoMs = witnesses.echoes.map(({ tookMs }) => tookMs);
  const afterMs = await finish(await (seats[0]?.tab ?? teacher).start({ source: 'print("bye")' }), 'bye\n');
  for (const { tab, person } of seats) {
    tab.close();
    person.http.close();
  }
  await classroom.remove();
  say('a notebook’s kernel, where it is installed');
  const jupyterMs = await jupyterFirstOutput();
  const { troubles } = witnesses;
  return { firstMs, warmMs, signInMs, meanwhileMs, rounds, memory, files, echoMs, afterMs, troubles, jupyterMs };
});

const { firstMs, warmMs, signInMs, meanwhileMs, rounds, memory, files, echoMs, jupyterMs, troubles } = figures;
const ms = (value: number) => `${value.toFixed(1)} ms`;
const spread = (of: readonly number[]) =>
  `p50 ${ms(quantile(of, 0.5))}, p99 ${ms(quantile(of, 0.99))}, slowest ${ms(Math.max(...of))}`;
const together = rounds.flatMap((round) => round.firstMs);
const right = rounds.reduce((sum, round) => sum + round.right, 0);
const delivered = rounds.reduce((sum, round) => sum + round.delivered, 0);
const mib = (bytes: number) => `${(bytes / MIB).toFixed(1)} MB`;
const row = (what: string, figure: string, target: string, ok: boolean): Row => ({ what, figure, target, ok });
const short = printRows(`Classroom with ${students} students; others used ${coresInUse.toFixed(2)} cores before`, [
  row(
    'message to first byte of print("hi"), warm room',
    `${spread(warmMs)} (${warmMs.length} runs)`,
    'p50 <= 3, p99 <= 8 ms',
    quantile(warmMs, 0.5) <= 3 && quantile(warmMs, 0.99) <= 8,
  ),
  row('the same for the first run after sign-in', spread(firstMs), 'all <= 60 ms', Math.max(...firstMs) <= 60),
  row(
    `${students} press Run within 100 ms, ${rounds.length} times: first byte`,
    spread(together),
    'p50 <= 40, slowest <= 100 ms',
    quantile(together, 0.5) <= 40 && Math.max(...together) <= 100,
  ),
  row(
    'their outputs that were right and in order; delivered as printed',
    `${right}; ${delivered} of ${together.length}`,
    'all',
    right === together.length && delivered === together.length,
  ),
  row(`${students} sign in at once: until the last room is open`, ms(signInMs), '<= 2000 ms', signInMs <= 2000),
  row(
    'REPL echo of somebody else meanwhile',
    `${spread(meanwhileMs)} (${meanwhileMs.length} lines)`,
    'p99 < 100 ms',
    quantile(meanwhileMs, 0.99) < 100,
  ),
  row(
    `REPL echo, ${students} students, 1 to 3 s between lines`,
    `${spread(echoMs)} (${echoMs.length} lines, ${troubles.length} troubles)`,
    'p99 <= 15 ms',
    quantile(echoMs, 0.99) <= 15 && troubles.length === 0,
  ),
  row('memory of a signed-in student (PSS)', mib(memory.idleBytes), '<= 7 MB', memory.idleBytes <= 7 * MIB),
  row('a running script adds', mib(memory.runBytes), '<= 4 MB', memory.runBytes <= 4 * MIB),
  row(
    `server process with ${students} students`,
    `PSS ${mib(memory.server.pssBytes)}, RSS ${mib(memory.server.rssBytes)}`,
    '<= 150 MB',
    memory.server.rssBytes <= 150 * MIB,
  ),
  row('the whole classroom, database included', mib(memory.totalBytes), 'for comparison', true),
  row(
    `file operations under load`,
    `${spread(files.tookMs)} (${files.tookMs.length}, ${files.errors.length} errors)`,
    'p99 <= 50 ms, errors 0',
    quantile(files.tookMs, 0.99) <= 50 && files.errors.length === 0,
  ),
  row(
    'a notebook’s kernel to its first output',
    jupyterMs === undefined ? 'not installed here' : ms(jupyterMs),
    'for comparison',
    true,
  ),
]);
for (const error of files.errors.slice(0, 5)) process.stdout.write(`        ${error}\n`);
for (const trouble of troubles.slice(0, 5)) process.stdout.write(`        ${trouble}\n`);
saveResults('classroom', {
  students,
  coresInUse,
  firstOutput: { p50Ms: quantile(warmMs, 0.5), p99Ms: quantile(warmMs, 0.99), afterSignInMs: firstMs },
  together: { firstMs: together, right, delivered },
  signIn: { tookMs: signInMs, othersP99Ms: quantile(meanwhileMs, 0.99) },
  echo: { p50Ms: quantile(echoMs, 0.5), p99Ms: quantile(echoMs, 0.99), lines: echoMs.length, troubles },
  memory,
  files: {
    p50Ms: quantile(files.tookMs, 0.5),
    p99Ms: quantile(files.tookMs, 0.99),
    operations: files.tookMs.length,
    errors: files.errors,
  },
  jupyterMs,
});
process.exitCode = short === 0 ? 0 : 1;
