import { quantile } from '../shared/quantiles.ts';
import type { Row } from '../shared/verdict.ts';
import type { WitnessResult } from '../shared/witness.ts';
import type { Tally } from './attack.ts';

/** The product's processes by what they are: `supervisor`, `main`, `ping`, and each user's by his id. */
export type Pids = Readonly<Record<string, number>>;

/** A quiet and a hostile stretch of the run, one after the other. */
export interface Stretch {
  readonly quiet: WitnessResult;
  readonly hostile: WitnessResult;
  readonly tally: Tally;
  /** RSS after the stretch, in bytes. */
  readonly memory: Readonly<Record<string, number>>;
  /** Open file descriptors of the ping process after the stretch. */
  readonly descriptors: number;
}

export interface FuzzOutcome {
  readonly before: Pids;
  /** `undefined`: the product has ended. */
  readonly after: Pids | undefined;
  readonly stretches: readonly Stretch[];
  /** All that the product printed. */
  readonly lines: readonly string[];
  readonly minCases: number;
}

/** Flat: after the last stretch at most this much above the level after the second, when caches and heaps have filled. */
const GROWTH = 0.1;
const WARM_STRETCH = 1;
const TROUBLE = /unhandled|uncaught|rejection|TypeError|RangeError|ReferenceError|"level":"(error|fatal)"|crashed/i;

/** The figures of a run beside their targets. */
export function fuzzRows({ before, after, stretches, lines, minCases }: FuzzOutcome): Row[] {
  const sum = (of: (tally: Tally) => number) => stretches.reduce((total, { tally }) => total + of(tally), 0);
  const all = (of: (tally: Tally) => readonly number[]) => stretches.flatMap(({ tally }) => of(tally));
  const trouble = lines.filter((line) => TROUBLE.test(line));
  const pids = (of: Pids | undefined) => (of ? Object.values(of).join(', ') : 'ended');
  const cases = sum((tally) => tally.cases);
  const answered = sum((tally) => tally.udp.answeredBytes);
  const sent = sum((tally) => tally.udp.sentBytes);
  const none = (list: readonly (number | string)[]) =>
    list.length === 0 ? '0' : `${list.length}: ${list.slice(0, 3).join(', ').slice(0, 200)}`;
  return [
    { what: 'cases sent', figure: `${cases}`, target: `at least ${minCases}`, ok: cases >= minCases },
    {
      what: `processes after the run (${Object.keys(before).join(', ')})`,
      figure: pids(after),
      target: `${pids(before)}: no crash, no restart`,
      ok: pids(after) === pids(before),
    },
    { what: 'errors and rejections printed', figure: none(trouble), target: '0', ok: trouble.length === 0 },
    zero('answers with an internal error (500)', none(all((tally) => tally.internalErrors))),
    zero('answers that repeat the client’s input', none(all((tally) => tally.reflected))),
    zero('datagrams to a third party that an offer named', `${sum((tally) => tally.decoyDatagrams)}`),
    {
      what: 'UDP garbage: bytes answered of bytes sent',
      figure: `${answered} of ${sent}`,
      target: 'fewer than sent',
      ok: answered < sent,
    },
    ...Object.keys(before).map((name) => memoryRow(name, stretches)),
    ...witnessRows(stretches),
  ];
}

const zero = (what: string, figure: string): Row => ({ what, figure, target: '0', ok: figure === '0' });

function memoryRow(name: string, stretches: readonly Stretch[]): Row {
  const warm = stretches[WARM_STRETCH]?.memory[name] ?? Number.NaN;
  const last = stretches.at(-1)?.memory[name] ?? Number.NaN;
  return {
    what: `memory of ${name}, after ${WARM_STRETCH + 1} and after ${stretches.length} stretches`,
    figure: `${(warm / 1e6).toFixed(1)} → ${(last / 1e6).toFixed(1)} MB RSS`,
    target: `at most +${GROWTH * 100} %`,
    ok: last <= warm * (1 + GROWTH),
  };
}

function witnessRows(stretches: readonly Stretch[]): Row[] {
  const p99 = (which: 'quiet' | 'hostile') =>
    quantile(
      stretches.flatMap((each) => each[which].rttsMs),
      0.99,
    );
  const mbps = (which: 'quiet' | 'hostile') =>
    stretches.reduce((total, each) => total + each[which].mbps, 0) / stretches.length;
  const unanswered = stretches.reduce((total, each) => total + each.hostile.unanswered, 0);
  const change = mbps('hostile') / mbps('quiet') - 1;
  return [
    {
      what: 'test in progress: probe p99, quiet and under attack',
      figure: `${p99('quiet').toFixed(2)} → ${p99('hostile').toFixed(2)} ms, ${unanswered} unanswered`,
      target: 'within 1 ms, 0 unanswered',
      ok: p99('hostile') <= p99('quiet') + 1 && unanswered === 0,
    },
    {
      what: 'test in progress: rate, quiet and under attack',
      figure: `${mbps('quiet').toFixed(2)} → ${mbps('hostile').toFixed(2)} Mbit/s (${(change * 100).toFixed(2)} %)`,
      target: 'within 2 %',
      ok: Math.abs(change) <= 0.02,
    },
  ];
}
