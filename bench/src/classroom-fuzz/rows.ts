import type { Row } from '../shared/verdict.ts';
import type { Tally } from './attack.ts';

export interface FuzzOutcome {
  readonly tallies: readonly Tally[];
  readonly minCases: number;
  /** The server's process before and after; `undefined`: there is none any more. */
  readonly pids: readonly [before: number, after: number | undefined];
  /** RSS of the server after each stretch, bytes. */
  readonly memory: readonly number[];
  /** Milliseconds for the neighbour's saves and reads meanwhile. */
  readonly neighbourMs: readonly number[];
  /** What the neighbour was answered other than right. */
  readonly neighbourErrors: readonly string[];
  /** All that the classroom printed. */
  readonly lines: readonly string[];
}

/** After the last stretch at most this much above the level after the second, when caches and heaps have filled. */
const GROWTH = 0.25;
const TROUBLE = /unhandled|uncaught|rejection|TypeError|RangeError|"level":"(?:error|fatal)"|crashed/i;

/** The figures of a run beside their targets. */
export function fuzzRows(outcome: FuzzOutcome): Row[] {
  const { tallies, minCases, pids, memory, neighbourMs, neighbourErrors, lines } = outcome;
  const cases = tallies.reduce((sum, tally) => sum + tally.cases, 0);
  const [warm = 0, last = 0] = [memory.at(1), memory.at(-1)];
  const megabytes = (bytes: number) => (bytes / 1e6).toFixed(0);
  const none = (what: string, found: readonly (string | number)[]): Row => ({
    what,
    figure: found.length === 0 ? '0' : `${found.length}: ${found.slice(0, 3).join(', ').slice(0, 200)}`,
    target: '0',
    ok: found.length === 0,
  });
  return [
    { what: 'cases sent', figure: `${cases}`, target: `at least ${minCases}`, ok: cases >= minCases },
    { what: 'process of the server', figure: `${pids[1] ?? 'ended'}`, target: `${pids[0]}`, ok: pids[0] === pids[1] },
    none(
      'answers with an internal error (500)',
      tallies.flatMap((tally) => tally.internalErrors),
    ),
    none(
      'answers that repeat a header that the client made up',
      tallies.flatMap((tally) => tally.reflected),
    ),
    none(
      'errors printed',
      lines.filter((line) => TROUBLE.test(line)),
    ),
    none(`wrong answers to a neighbour (of ${neighbourMs.length})`, neighbourErrors),
    {
      what: 'memory of the server, MB, after the second stretch and the last',
      figure: `${megabytes(warm)}, ${megabytes(last)}`,
      target: `at most ${GROWTH * 100} % more`,
      ok: last <= warm * (1 + GROWTH),
    },
  ];
}
