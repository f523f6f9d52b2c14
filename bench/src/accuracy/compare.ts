import { GRADE_BOUNDARIES_MS, gradeOf, percentile as percentileOrNull } from '@rowhouse/bufferbloat-engine';
import type { Direction, Grade, PhaseSpan, Result } from '@rowhouse/bufferbloat-protocol';
import type { Truth } from '@rowhouse/linklab';

const DIRECTIONS = ['download', 'upload', 'bidirectional'] as const;

/** Added latency of one direction: what the page printed beside what the router did to the same probes. */
export interface LatencyComparison {
  readonly direction: Direction;
  readonly measured: { readonly p50: number; readonly p95: number };
  readonly truth: { readonly p50: number; readonly p95: number };
  readonly allowance: { readonly p50: number; readonly p95: number };
  readonly measuredGrade: Grade | null;
  readonly trueGrade: Grade;
  /** The truth lies within max(1 ms, 3 %) of a grade's boundary, where either letter is right. */
  readonly atBoundary: boolean;
  /** The truth lies 3 to 10 % off a boundary: where a letter is hardest to get right. */
  readonly nearBoundary: boolean;
  readonly intervalHoldsTruth: boolean;
  readonly probes: { readonly measured: number; readonly truth: number };
}

export interface GoodputComparison {
  readonly direction: 'download' | 'upload';
  readonly measuredMbps: number;
  readonly trueMbps: number;
}

export interface Comparison {
  readonly latency: readonly LatencyComparison[];
  readonly goodput: readonly GoodputComparison[];
  /** Mean in-flow round trip of the download phase; `undefined` where TCP_INFO was not sampled. */
  readonly inFlow: { readonly measuredMs: number; readonly trueMs: number } | undefined;
  readonly measuredTotal: Grade | null;
  readonly trueTotal: Grade;
  readonly confidence: string;
}

/**
 * Holds a result against the truth of the same windows.
 * @param packetMs one full packet's time on the wire, allowed on top on the slow lines; 0 elsewhere
 * @param baseRttMs the link's own base round trip
 */
export function compare(result: Result, truth: Truth, packetMs: number, baseRttMs: number): Comparison {
  const baseline = trueRoundTrips(result, truth, 'baseline');
  const baselineP50 = percentile(baseline, 50);
  const latency = DIRECTIONS.map((direction) => compareLatency(result, truth, direction, baselineP50, packetMs));
  return {
    latency,
    goodput: (['download', 'upload'] as const).map((direction) => compareGoodput(result, truth, direction)),
    inFlow: compareInFlow(result, truth, baseRttMs),
    measuredTotal: result.grade.total,
    trueTotal: gradeOf(Math.max(...latency.map((one) => one.truth.p50))),
    confidence: [result.confidence.level, ...result.confidence.reasons.map((reason) => reason.code)].join(' '),
  };
}

function compareLatency(
  result: Result,
  truth: Truth,
  direction: Direction,
  baselineP50: number,
  packetMs: number,
): LatencyComparison {
  const trips = trueRoundTrips(result, truth, direction);
  const added = { p50: Math.max(0, percentile(trips, 50) - baselineP50), p95: percentile(trips, 95) - baselineP50 };
  const measured = result.addedLatencyMs[direction];
  const boundaries = GRADE_BOUNDARIES_MS.map(([, belowMs]) => belowMs).filter(Number.isFinite);
  const distance = Math.min(...boundaries.map((boundary) => Math.abs(added.p50 - boundary)));
  const relative = Math.min(...boundaries.map((boundary) => Math.abs(added.p50 - boundary) / boundary));
  return {
    direction,
    measured: { p50: measured.p50 ?? Number.NaN, p95: measured.p95 ?? Number.NaN },
    truth: added,
    allowance: {
      p50: Math.max(1, 0.02 * added.p50) + packetMs,
      p95: Math.max(2, 0.04 * added.p95) + packetMs,
    },
    measuredGrade: result.grade[direction],
    trueGrade: gradeOf(added.p50),
    atBoundary: distance <= 1 || relative <= 0.03,
    nearBoundary: relative >= 0.03 && relative <= 0.1,
    intervalHoldsTruth:
      measured.interval !== null && measured.interval.low <= added.p50 && added.p50 <= measured.interval.high,
    probes: { measured: result.latencyMs[direction].count, truth: trips.length },
  };
}

function compareGoodput(result: Result, truth: Truth, direction: 'download' | 'upload'): GoodputComparison {
  const window = windowOf(result, direction);
  const bytes = truth.bytes(direction, window.fromMs, window.toMs);
  return {
    direction,
    measuredMbps: result.throughputMbps[direction].mean ?? Number.NaN,
    trueMbps: (bytes.loadPayloadBytes * 8) / (window.toMs - window.fromMs) / 1000,
  };
}

function compareInFlow(result: Result, truth: Truth, baseRttMs: number): Comparison['inFlow'] {
  const measuredMs = result.signal.latencyMs['tcp-info']?.download.mean ?? null;
  const window = windowOf(result, 'download');
  // The kernel learns of a packet's round trip when it is acknowledged, which is when it has left the queue.
  const sojourns = truth
    .loadSojourns('download')
    .map((one) => ({ ...one, knownMs: one.atMs + one.sojournMs + baseRttMs }))
    .filter((one) => one.knownMs >= window.fromMs && one.knownMs < window.toMs)
    .map((one) => one.sojournMs);
  if (measuredMs === null || sojourns.length === 0) return undefined;
  return { measuredMs, trueMs: sojourns.reduce((sum, one) => sum + one, 0) / sojourns.length + baseRttMs };
}

/** Sojourns (both legs of each probe) of the probes that the graded signal sent in a window and that came back. */
function trueRoundTrips(result: Result, truth: Truth, id: 'baseline' | Direction): number[] {
  const window = windowOf(result, id);
  const protocol = result.signal.graded === 'udp' ? 'udp' : 'tcp';
  return truth
    .probes()
    .filter((probe) => probe.protocol === protocol && probe.sentAtMs >= window.fromMs && probe.sentAtMs < window.toMs)
    .flatMap((probe) =>
      probe.upSojournMs === null || probe.downSojournMs === null ? [] : [probe.upSojournMs + probe.downSojournMs],
    );
}

/** A phase's graded window in Unix milliseconds. */
function windowOf(result: Result, id: PhaseSpan['id']): { fromMs: number; toMs: number } {
  const graded = result.phases.find((phase) => phase.id === id)?.graded;
  if (!graded) throw new Error(`the result has no graded window for the ${id} phase`);
  const originMs = Date.parse(result.startedAt);
  return { fromMs: originMs + graded.fromMs, toMs: originMs + graded.toMs };
}

function percentile(values: readonly number[], p: number): number {
  return percentileOrNull(values, p) ?? Number.NaN;
}
