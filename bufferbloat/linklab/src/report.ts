import { percentile } from '@rowhouse/bufferbloat-engine';
import type { PhaseId, Result } from '@rowhouse/bufferbloat-protocol';
import type { Truth } from './truth.ts';

const DIRECTIONS = ['download', 'upload'] as const;

/** What a link did from `fromMs` to `toMs`, in a few lines for a terminal. */
export function describeLink(truth: Truth, fromMs: number, toMs: number): string {
  const lines = DIRECTIONS.map((direction) => {
    const { wireBytes } = truth.bytes(direction, fromMs, toMs);
    const queueMs = truth
      .loadSojourns(direction)
      .filter(({ atMs }) => atMs >= fromMs && atMs < toMs)
      .map(({ sojournMs }) => sojournMs);
    const rate = `${((wireBytes * 8) / (toMs - fromMs) / 1000).toFixed(2)} Mbit/s on the wire`;
    return `${direction.padEnd(14)} ${rate}, load packets queued ${quantiles(queueMs)}`;
  });
  const trips = truth.udpEcho().filter(({ sentAtMs }) => sentAtMs >= fromMs && sentAtMs < toMs);
  const rtts = trips.flatMap(({ rttMs }) => (rttMs === null ? [] : [rttMs]));
  lines.push(`${'UDP echo'.padEnd(14)} ${trips.length} sent, ${trips.length - rtts.length} lost, ${quantiles(rtts)}`);
  return lines.join('\n');
}

function quantiles(valuesMs: readonly number[]): string {
  if (valuesMs.length === 0) return 'none seen';
  return [50, 95, 99].map((p) => `p${p} ${figure(percentile(valuesMs, p))} ms`).join(', ');
}

/** The figures of a test beside those of the link in the same windows, as a table for a terminal. */
export function compareWithTruth(result: Result, truth: Truth): string {
  const baselineMs = percentile(trueRoundTripsMs(result, truth, 'baseline'), 50);
  const rows = [['', 'measured', 'true', 'difference']];
  const add = (name: string, measured: number | null, real: number | null) => {
    const difference = measured === null || real === null ? null : measured - real;
    rows.push([name, figure(measured), figure(real), difference === null ? '–' : signed(difference)]);
  };
  add('baseline p50, ms', result.latencyMs.baseline.p50, baselineMs);
  for (const phase of ['download', 'upload', 'bidirectional'] as const) {
    const trips = trueRoundTripsMs(result, truth, phase);
    for (const p of [50, 95] as const) {
      const real = percentile(trips, p);
      const added = real === null || baselineMs === null ? null : real - baselineMs;
      add(`${phase} added p${p}, ms`, result.addedLatencyMs[phase][`p${p}`], added);
    }
  }
  for (const direction of DIRECTIONS) {
    const window = windowOf(result, direction);
    const real =
      window === undefined
        ? null
        : (truth.bytes(direction, window.fromMs, window.toMs).loadPayloadBytes * 8) /
          (window.toMs - window.fromMs) /
          1000;
    add(`${direction} goodput, Mbit/s`, result.throughputMbps[direction].mean, real);
  }
  const { total, download, upload, bidirectional } = result.grade;
  const grades = `grade ${total ?? '–'} (download ${download ?? '–'}, upload ${upload ?? '–'}, both ${bidirectional ?? '–'})`;
  return `${table(rows)}\n${grades}, confidence ${result.confidence.level}, probes by ${result.signal.graded ?? 'nothing'}`;
}

function trueRoundTripsMs(result: Result, truth: Truth, phase: PhaseId): number[] {
  const window = windowOf(result, phase);
  const protocol = result.signal.graded === 'udp' ? 'udp' : 'tcp';
  return truth
    .probes()
    .filter((probe) => probe.protocol === protocol && window !== undefined)
    .filter(({ sentAtMs }) => sentAtMs >= (window?.fromMs ?? 0) && sentAtMs < (window?.toMs ?? 0))
    .flatMap(({ roundTripMs }) => (roundTripMs === null ? [] : [roundTripMs]));
}

/** A phase's graded window in Unix milliseconds; `undefined` when the test did not get there. */
function windowOf(result: Result, id: PhaseId): { readonly fromMs: number; readonly toMs: number } | undefined {
  const graded = result.phases.find((phase) => phase.id === id)?.graded;
  const startMs = Date.parse(result.startedAt);
  return graded ? { fromMs: startMs + graded.fromMs, toMs: startMs + graded.toMs } : undefined;
}

function figure(value: number | null): string {
  return value === null ? '–' : value.toFixed(2);
}

function signed(value: number): string {
  return `${value < 0 ? '' : '+'}${value.toFixed(2)}`;
}

function table(rows: readonly (readonly string[])[]): string {
  const width = (column: number) => Math.max(...rows.map((row) => row[column]?.length ?? 0));
  const pad = (cell: string, column: number) => (column === 0 ? cell.padEnd(width(0)) : cell.padStart(width(column)));
  return rows.map((row) => row.map(pad).join('  ').trimEnd()).join('\n');
}
