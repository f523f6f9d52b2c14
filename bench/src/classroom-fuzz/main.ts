// `npm run bench:classroom-fuzz`: 100,000 hostile requests, files, bodies, upgrades, frames and messages of signed-in
// students, while a neighbour saves and reads. `-- --seed N --cases N` repeats or shortens a run.
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { demoStudent, load, save, signIn } from '../shared/classroom-client.ts';
import { startClassroom } from '../shared/classroom-system.ts';
import { withCleanup } from '../shared/cleanup.ts';
import { commandLine, memoryOf } from '../shared/processes.ts';
import { printRows, saveResults } from '../shared/verdict.ts';
import { attack, type Tally } from './attack.ts';
import { asAttacker, attackersAt } from './attackers.ts';
import { fuzzRows } from './rows.ts';

const { values } = parseArgs({
  options: { seed: { type: 'string' }, cases: { type: 'string', default: '100000' } },
});
const seed = Number(values.seed ?? Date.now() % 2 ** 31);
const cases = Number(values.cases);
const STRETCHES = 10;
const ATTACKERS = 20;
const CASES_PER_S = 1000;
const PAUSE_MS = 200;
const NEIGHBOUR = demoStudent(ATTACKERS + 1);

process.stdout.write(`seed ${seed}, ${cases} cases; repeat with: npm run bench:classroom-fuzz -- --seed ${seed}\n`);

const outcome = await withCleanup(async (undo) => {
  const classroom = await startClassroom();
  undo(() => classroom.remove());
  const { port, mainPid, lines } = classroom;
  const attackers = await attackersAt(port, ATTACKERS);
  const { accountId: neighbourId } = await asAttacker(await signIn(port, NEIGHBOUR));

  const neighbourMs: number[] = [];
  const neighbourErrors: string[] = [];
  const over = new AbortController();
  const neighbour = async (): Promise<void> => {
    const person = await signIn(port, NEIGHBOUR);
    for (let round = 0; !over.signal.aborted; round += 1) {
      const saved = await save(person, 'mine.txt', `round ${round}`);
      const read = await load(person, 'mine.txt');
      neighbourMs.push(saved.tookMs, read.tookMs);
      if (saved.status >= 300 || read.body.toString() !== `round ${round}`)
        neighbourErrors.push(`${saved.status} ${read.status}: ${read.body.toString().slice(0, 80)}`);
      await sleep(PAUSE_MS);
    }
    person.http.close();
  };

  const works = neighbour();
  const tallies: Tally[] = [];
  const memory: number[] = [];
  for (let stretch = 0; stretch < STRETCHES; stretch += 1) {
    const from = Math.round((cases / STRETCHES) * stretch);
    const count = Math.round((cases / STRETCHES) * (stretch + 1)) - from;
    tallies.push(await attack({ port, seed, from, count, perS: CASES_PER_S, attackers, neighbourId }));
    memory.push(memoryOf(mainPid)?.rssBytes ?? Number.NaN);
    process.stdout.write(`${stretch + 1} of ${STRETCHES}: ${((memory.at(-1) ?? 0) / 1e6).toFixed(0)} MB\n`);
  }
  over.abort();
  await works;
  const after = commandLine(mainPid) === '' ? undefined : mainPid;
  return { tallies, memory, neighbourMs, neighbourErrors, lines: [...lines], pids: [mainPid, after] as const };
});

const rows = fuzzRows({ ...outcome, minCases: cases });
const short = printRows(`The classroom under fuzz: seed ${seed}`, rows);
saveResults('classroom-fuzz', { seed, rows, tallies: outcome.tallies, memory: outcome.memory });
process.exitCode = short === 0 ? 0 : 1;
