// `npm run bench:classroom-hostile`: every hostile program in the room of one student, while 37 others type at a REPL;
// all of it, the classroom included, inside the guard.
import path from 'node:path';
import { parseArgs } from 'node:util';
import { guardObstacle, runGuarded } from '@rowhouse/classroom-guard';
import { quantile } from '../shared/quantiles.ts';
import { type Row, printRows, saveResults } from '../shared/verdict.ts';
import type { InsideResult, InsideSettings } from './inside.ts';

const ROOT = path.join(import.meta.dirname, '../../..');
const INSIDE = path.join(ROOT, 'bench/dist/classroom-hostile/inside.js');
const GIB = 2 ** 30;
const ECHO_TARGET_MS = 15;
const USABLE_TARGET_MS = 1000;

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: '' },
    witnesses: { type: 'string', default: '37' },
    seed: { type: 'string' },
    baseline: { type: 'string', default: '20' },
  },
});
const obstacle = guardObstacle();
if (obstacle !== undefined) {
  process.stdout.write(`Hostile programs need the guard, and here there is none: ${obstacle}.\n`);
  process.exit(1);
}
const settings: InsideSettings = {
  only: values.only.split(',').filter(Boolean),
  witnesses: Number(values.witnesses),
  seed: Number(values.seed ?? Date.now() % 2 ** 31),
  baselineS: Number(values.baseline),
};
process.stdout.write(`seed ${settings.seed}\n`);

const { exitCode, stdout } = await runGuarded(process.execPath, [INSIDE, JSON.stringify(settings)], {
  memoryBytes: 8 * GIB,
  pids: 5000,
  wallMs: 45 * 60_000,
  mounts: [ROOT],
  writable: { '/tmp': 3 * GIB, '/dev/shm': GIB },
  stderr: 'inherit',
});
if (exitCode !== 0) {
  process.stdout.write(`what ran inside the guard ended with ${exitCode}\n`);
  process.exit(1);
}
const result = JSON.parse(stdout) as InsideResult;
const { attacks, baselineMs, echoesMs, troubles, reached, sameServer, afterwards } = result;
const all = Object.values(echoesMs).flat();
const held = attacks.filter(({ wrong }) => wrong.length === 0);
const usable = attacks.map(({ usableMs }) => usableMs);
const worst = Object.entries(echoesMs)
  .map(([name, took]) => ({ name, p99: took.length === 0 ? 0 : quantile(took, 0.99) }))
  .toSorted((a, b) => b.p99 - a.p99)
  .slice(0, 3);
const rows: Row[] = [
  {
    what: 'programs that were contained, with their plain reason, all output kept and nothing left',
    figure: `${held.length} of ${attacks.length}`,
    target: 'all, at least 60',
    ok: held.length === attacks.length && (settings.only.length > 0 || attacks.length >= 60),
  },
  {
    what: 'room usable again after the end of each, slowest',
    figure: `${Math.max(...usable).toFixed(0)} ms (median ${quantile(usable, 0.5).toFixed(0)} ms)`,
    target: `<= ${USABLE_TARGET_MS} ms`,
    ok: usable.every((each) => each <= USABLE_TARGET_MS),
  },
  {
    what: `REPL echo of the ${settings.witnesses} others, p99 over all programs`,
    figure: `${quantile(all, 0.99).toFixed(1)} ms (p50 ${quantile(all, 0.5).toFixed(1)} ms, ${all.length} lines)`,
    target: `<= ${ECHO_TARGET_MS} ms`,
    ok: quantile(all, 0.99) <= ECHO_TARGET_MS,
  },
  {
    what: 'the same before the first program',
    figure: `p99 ${quantile(baselineMs, 0.99).toFixed(1)} ms (p50 ${quantile(baselineMs, 0.5).toFixed(1)} ms)`,
    target: 'for comparison',
    ok: true,
  },
  {
    what: 'the programs with the worst echo',
    figure: worst.map(({ name, p99 }) => `${name} ${p99.toFixed(1)} ms`).join(', '),
    target: 'for comparison',
    ok: true,
  },
  {
    what: 'others that were thrown out or got no answer',
    figure: `${troubles.length}${troubles.length > 0 ? ` (${troubles[0]})` : ''}`,
    target: '0',
    ok: troubles.length === 0 && all.every(Number.isFinite),
  },
  {
    what: 'connections to the metadata address, the database and the host',
    figure: `${reached.length}${reached.length > 0 ? ` (${[...new Set(reached)].join(', ')})` : ''}`,
    target: '0',
    ok: reached.length === 0,
  },
  {
    what: 'the server is the process that it was, its files are as they were',
    figure: sameServer && afterwards.length === 0 ? 'yes' : `no: ${afterwards.join('; ')}`,
    target: 'yes',
    ok: sameServer && afterwards.length === 0,
  },
];
const short = printRows('Hostile programs, one student runs them in turn, all inside the guard', rows);
for (const { name, reason, wrong } of attacks.filter((each) => each.wrong.length > 0))
  process.stdout.write(`        ${name} (${reason}): ${wrong.join('; ').slice(0, 400)}\n`);
if (settings.only.length === 0) saveResults('classroom-hostile', { seed: settings.seed, ...summarised(result) });
process.exitCode = short === 0 ? 0 : 1;

function summarised({ echoesMs: byProgram, ...rest }: InsideResult): object {
  const p99Ms = Object.fromEntries(Object.entries(byProgram).map(([name, took]) => [name, quantile(took, 0.99)]));
  const { baselineMs: quiet, ...others } = rest;
  return { ...others, baseline: { p50Ms: quantile(quiet, 0.5), p99Ms: quantile(quiet, 0.99) }, p99Ms };
}
