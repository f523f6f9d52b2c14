// `npm run bench:fuzz`: 100,000 hostile requests, frames, uploads, tokens, offers and datagrams, with slow and half-open
// connections held beside them, while a test is in progress. `-- --seed N --cases N` repeats or shortens a run.
// Quiet and hostile stretches take turns; the same test in progress is measured in both. The attacker stands in for
// other machines and so runs in the background class of the scheduler, the test in progress in the realtime class.
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { startSystem, userProcesses } from '@rowhouse/e2e';
import { withCleanup } from '../shared/cleanup.ts';
import { memoryOf, openFiles, serverProcesses } from '../shared/processes.ts';
import { runProgram } from '../shared/programs.ts';
import { untilQuiet } from '../shared/quiet.ts';
import { loopback } from '../shared/tickets.ts';
import { printRows, saveResults } from '../shared/verdict.ts';
import type { WitnessResult, WitnessSettings } from '../shared/witness.ts';
import type { AttackOptions, Tally } from './attack.ts';
import { fuzzRows, type Pids, type Stretch } from './rows.ts';

const { values } = parseArgs({
  options: { seed: { type: 'string' }, cases: { type: 'string', default: '100000' } },
});
const seed = Number(values.seed ?? Date.now() % 2 ** 31);
const cases = Number(values.cases);
const STRETCHES = 10;
const WITNESS_S = 10;
const RATE_MBPS = 100;
const CASES_PER_S = 1000;
const HELD = 200;
/** Sockets that the attacker left behind are gone by then, and the garbage collector has been. */
const SETTLE_MS = 15_000;

process.stdout.write(`seed ${seed}, ${cases} cases; repeat with: npm run bench:fuzz -- --seed ${seed}\n`);
const lines: string[] = [];

const outcome = await withCleanup(async (undo) => {
  const system = await startSystem([], { onLine: (line) => lines.push(line) });
  undo(() => system.stop());
  const { mainPort, pingPort } = system;
  const pidsNow = async (): Promise<Pids> => {
    const users = await userProcesses(system);
    return {
      ...serverProcesses(system.process.pid ?? 0),
      ...Object.fromEntries(users.map(({ userId, pid }) => [userId, pid])),
    };
  };
  const before = await pidsNow();

  let tests = 0;
  const witness = async (): Promise<WitnessResult> => {
    tests += 1;
    const from = loopback(4000 + tests);
    const settings: WitnessSettings = { mainPort, pingPort, from, seconds: WITNESS_S, rateMbps: RATE_MBPS };
    const program = runProgram(path.join(import.meta.dirname, '../shared/witness.ts'), settings, 'realtime');
    undo(() => program.kill());
    return (await program.result) as WitnessResult;
  };
  const attack = async (stretch: number): Promise<Tally> => {
    const from = Math.round((cases / STRETCHES) * stretch);
    const count = Math.round((cases / STRETCHES) * (stretch + 1)) - from;
    const settings: AttackOptions = { mainPort, pingPort, seed, from, count, perS: CASES_PER_S, held: HELD };
    const program = runProgram(path.join(import.meta.dirname, 'attacker.ts'), settings, 'background');
    undo(() => program.kill());
    return (await program.result) as Tally;
  };

  const stretches: Stretch[] = [];
  for (let stretch = 0; stretch < STRETCHES; stretch += 1) {
    const coresInUse = await untilQuiet();
    const quiet = await witness();
    const [tally, hostile] = await Promise.all([attack(stretch), sleep(1500).then(witness)]);
    await sleep(stretch === 1 || stretch === STRETCHES - 1 ? SETTLE_MS : 1000);
    stretches.push({
      quiet,
      hostile,
      tally,
      memory: memoryNow(before),
      descriptors: openFiles(before.ping ?? 0).length,
    });
    const rss = Object.entries(before).map(
      ([name, pid]) => `${name} ${((memoryOf(pid)?.rssBytes ?? 0) / 1e6).toFixed(0)}`,
    );
    process.stdout.write(`${stretch + 1} of ${STRETCHES}: ${tally.cases} cases, ${rss.join(', ')} MB; `);
    process.stdout.write(`others used ${coresInUse.toFixed(2)} cores before\n`);
  }
  const exitCode = system.process.exitCode;
  const after = exitCode === null ? await pidsNow() : undefined;
  return { before, after, stretches };
});

function memoryNow(pids: Pids): Stretch['memory'] {
  return Object.fromEntries(Object.entries(pids).map(([name, pid]) => [name, memoryOf(pid)?.rssBytes ?? Number.NaN]));
}

const rows = fuzzRows({ ...outcome, lines, minCases: cases });
const short = printRows(`Fuzz: seed ${seed}`, rows);
const tallies = outcome.stretches.map((stretch) => stretch.tally);
saveResults('fuzz', { seed, rows, tallies, memory: outcome.stretches.map((stretch) => stretch.memory) });
process.exitCode = short === 0 ? 0 : 1;
