import type { Row } from '../shared/verdict.ts';
import { growth, grows, type Series } from './growth.ts';
import type { Ledger } from './ledger.ts';
import { OWN, PROGRAMS, type Programs } from './server-programs.ts';
import type { QuietPoint } from './quiet-point.ts';
import { isOfOwnWriting, type Signal } from './signals.ts';

export interface Found {
  readonly points: readonly QuietPoint[];
  readonly ledger: Ledger;
  readonly programs: Programs;
  readonly after: Programs;
  /** Threads of the programs, whose number a signal may name. */
  readonly threads: ReadonlySet<number>;
  readonly signals: readonly Signal[] | undefined;
  readonly finalRows: Readonly<Record<string, number>> | undefined;
  readonly left: { readonly code: number | null; readonly processes: number; readonly groups: number };
  readonly logged: readonly string[];
}

/**
 * Of memory, in MiB over the second half of the day: in the first half V8 still compiles what is used and lets heaps grow
 * before it collects their old part. In the two thousand runs of the second half 2 KB kept for each would be more. The
 * server's heap swings by more than that between two collections: of it what is in use after one is judged.
 */
const MEMORY_MIB: Readonly<Record<Exclude<keyof Programs, 'main'>, number>> = {
  supervisor: 2,
  launcher: 3,
  database: 2,
  postgres: 3,
};
const HEAP_MIB = 1;
/** A descriptor leaked in every lesson would be more. */
const DESCRIPTORS = 3;
const LOOP_DELAY_MS = 60;

export function rowsOf(found: Found): readonly Row[] {
  const { points, ledger } = found;
  const later = points.slice(1);
  const secondHalf = points.slice(Math.floor((points.length - 1) / 2));
  const latest = Math.max(...points.map(({ lesson, minute }) => minute - (lesson - 1) * 60));
  const total = [...ledger.deeds.values()].reduce((sum, each) => sum + each, 0);
  const ended = [...ledger.ends.values()].reduce((sum, each) => sum + each, 0);
  return [
    {
      what: `things done; programs ended, each with its output right and its expected reason (${ledger.ends.size} reasons)`,
      figure: `${total}; ${ended} of ${ledger.count('run')}; ${ledger.troubles.length} errors`,
      target: 'all, 0 errors',
      ok: ledger.troubles.length === 0 && ended === ledger.count('run'),
    },
    {
      what: 'quiet points with the programs of an hour and more alone; the latest, in minutes after the bell',
      figure: `${points.filter(({ isQuiet }) => isQuiet).length} of ${points.length}; ${latest.toFixed(0)}${latest < 60 ? '' : ' (the machine did not keep up: give it more --minutes)'}`,
      target: 'all; < 60',
      ok: points.every(({ isQuiet }) => isQuiet) && latest < 60,
    },
    growthRow({
      what: `heap of the server in use after a collection (with code: ${megabytes(later, 'main')})`,
      unit: 'MB',
      values: secondHalf.map(({ heapMib }) => heapMib),
      tolerance: HEAP_MIB,
    }),
    ...PROGRAMS.filter((name) => name !== 'main').map((name) =>
      growthRow({
        what: `memory of its own: ${name} (with code: ${megabytes(secondHalf, name)})`,
        unit: 'MB',
        values: secondHalf.map(({ ownMib }) => ownMib[name]),
        tolerance: MEMORY_MIB[name],
      }),
    ),
    ...PROGRAMS.map((name) =>
      growthRow({
        what: `descriptors of ${name === 'main' ? 'the server' : name}`,
        unit: '',
        values: later.map(({ descriptors }) => descriptors[name]),
        tolerance: DESCRIPTORS,
      }),
    ),
    growthRow({
      what: 'worst delay of the event loop in each lesson',
      unit: 'ms',
      values: later.map(({ loopDelayMs }) => loopDelayMs),
      tolerance: LOOP_DELAY_MS,
    }),
    ...(['cgroups', 'mounts', 'students’ processes', 'sockets of rooms', 'registered'] as const).map((thing) =>
      growthRow({ what: thing, unit: '', values: later.map(({ things }) => things[thing]), tolerance: 0 }),
    ),
    recordsRow(found),
    retentionRow(found),
    {
      what: 'programs that were started again; lines logged as warnings or errors',
      figure: `${PROGRAMS.filter((name) => found.programs[name] !== found.after[name]).length}; ${found.logged.length}`,
      target: '0; 0',
      ok: PROGRAMS.every((name) => found.programs[name] === found.after[name]) && found.logged.length === 0,
    },
    signalsRow(found),
    {
      what: 'after its end (code): students’ processes, cgroups',
      figure: `(${String(found.left.code)}) ${found.left.processes}, ${found.left.groups}`,
      target: '(0) 0, 0',
      ok: found.left.code === 0 && found.left.processes === 0 && found.left.groups === 0,
    },
  ];
}

const megabytes = (points: readonly QuietPoint[], name: keyof Programs): string =>
  `PSS ${[points.at(0), points.at(-1)].map((point) => point?.pssMib[name].toFixed(0)).join(' → ')}, RSS ${[points.at(0), points.at(-1)].map((point) => point?.rssMib[name].toFixed(0)).join(' → ')}`;

function growthRow(series: Series): Row {
  const { what, unit, values, tolerance } = series;
  const digits = unit === 'MB' ? 1 : 0;
  const range = [values.at(0) ?? Number.NaN, values.at(-1) ?? Number.NaN].map((value) => value.toFixed(digits));
  return {
    what,
    figure: `${range.join(' → ')} ${unit}${unit && ' '}(${growth(values) >= 0 ? '+' : ''}${growth(values).toFixed(1)} by the fitted line)`,
    target: `at most +${tolerance}`,
    ok: !grows(series),
  };
}

/** Each sign-in, sign-out, wrong password and run is one row, and none is left open. */
function recordsRow({ finalRows, ledger }: Found): Row {
  const what = 'rows in the evening: sessions, runs (open), sign-ins, sign-outs, wrong passwords';
  const rows = finalRows ?? {};
  const signIns = ledger.count('sign-in');
  const expected = {
    sessions: signIns,
    processes: ledger.count('run'),
    'open processes': 0,
    'sign-ins': signIns,
    'sign-outs': ledger.count('sign-out'),
    'wrong passwords': ledger.count('wrong password'),
  };
  if (rows['sessions'] === undefined) return { what, figure: 'psql is not installed', target: 'as done', ok: false };
  const keys = Object.keys(expected) as (keyof typeof expected)[];
  const text = (from: Readonly<Record<string, number>>) => keys.map((key) => from[key]).join(', ');
  return { what, figure: text(rows), target: text(expected), ok: keys.every((key) => rows[key] === expected[key]) };
}

/** Rows of a former term go as they get too old, one lesson’s after the other. */
function retentionRow({ points, finalRows }: Found): Row {
  const what = 'rows that got too old in each lesson, still there at its end; in the evening; sessions of yesterday';
  const planted = (rows: Readonly<Record<string, number>>) =>
    Object.entries(rows).reduce((sum, [key, count]) => sum + (key.startsWith('planted ') ? count : 0), 0);
  const there = points.map(({ rows }) => planted(rows));
  // The last quiet point of a lesson comes before the hour at which its rows go.
  const expected = points.map((_, i) => 40 * (points.length - i));
  const last = finalRows ?? {};
  return {
    what,
    figure: `${there.join(', ')}; ${planted(last)}; ${String(last['forgotten'])}`,
    target: `${expected.join(', ')}; 0; 0`,
    ok: there.join() === expected.join() && planted(last) === 0 && last['forgotten'] === 0,
  };
}

function signalsRow({ signals, programs, threads }: Found): Row {
  const what = 'signals to the server’s programs, alone or as a group (the kernel’s own list, SIGCHLD excepted)';
  if (signals === undefined)
    return { what, figure: 'this kernel does not tell (it takes root and tracefs)', target: '0', ok: false };
  const own = new Set([...threads, ...OWN.map((name) => programs[name])]);
  const reached = signals.filter(({ to }) => own.has(to));
  const sent = reached.filter((signal) => !isOfOwnWriting(signal));
  const kinds = [...new Set(sent.map(({ number, from }) => `${number} from ${from}`))];
  const written = reached.length - sent.length;
  return {
    what,
    figure:
      `${sent.length} of ${signals.length} on the machine${kinds.length > 0 ? ` (${kinds.slice(0, 4).join(', ')})` : ''}` +
      (written > 0 ? `; ${written} SIGPIPE of their own writes` : ''),
    target: '0',
    ok: sent.length === 0,
  };
}
