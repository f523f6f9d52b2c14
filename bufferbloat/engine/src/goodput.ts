import type { Throughput } from '@rowhouse/bufferbloat-protocol';
import { percentile, rounded } from './percentile.ts';
import type { ByteCount } from './recording.ts';

export interface Window {
  readonly fromMs: number;
  readonly toMs: number;
}

/** Length of the intervals that p50 and p90 stand on: half a second, longer than most of what one lost segment holds back. */
const INTERVAL_MS = 500;
/** How far an edge may be moved at most, in milliseconds, and as a share of the window. */
const MAX_SHIFT_MS = 2000;
const MAX_SHIFT_SHARE = 0.2;
/** Where rate and edges settle; two rounds suffice, the third proves it. */
const ROUNDS = 3;

/**
 * Bytes that had arrived by `atMs`, read off the straight lines between the counts. Before the first count it is the
 * first, after the last the last: nothing is extrapolated.
 */
export function bytesAt(counts: readonly ByteCount[], atMs: number): number {
  let low = 0;
  let high = counts.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((counts[middle]?.atMs ?? 0) < atMs) low = middle + 1;
    else high = middle;
  }
  const next = counts[low] ?? counts.at(-1);
  const before = counts[low - 1] ?? next;
  if (next === undefined || before === undefined) return 0;
  const spanMs = next.atMs - before.atMs;
  return spanMs > 0 ? before.bytes + ((next.bytes - before.bytes) * (atMs - before.atMs)) / spanMs : next.bytes;
}

/**
 * Mean rate in a window in Mbit/s, of bytes as they were delivered in order. A lost segment holds back everything behind
 * it for a round trip or more, up to a second on a long queue, so a count taken right at an edge may be short by some
 * per cent of a 10 s window. Each edge is therefore moved, by at most `slackMs`, to the moment when least was held
 * back: where the count stands highest above a straight line of the mean rate. Edges move inwards only; outside are the
 * ramp and the end of the load.
 *
 * @param slackMs how long a stall may last: two loaded round trips
 */
export function meanMbps(counts: readonly ByteCount[], window: Window, slackMs: number): number | null {
  const lengthMs = window.toMs - window.fromMs;
  if (lengthMs <= 0 || !covers(counts, window)) return null;
  const shiftMs = Math.min(slackMs, MAX_SHIFT_MS, lengthMs * MAX_SHIFT_SHARE);
  let rate = slope(counts, window.fromMs, window.toMs);
  for (let round = 0; round < ROUNDS; round += 1) {
    const fromMs = fullest(counts, { fromMs: window.fromMs, toMs: window.fromMs + shiftMs }, rate);
    const toMs = fullest(counts, { fromMs: window.toMs - shiftMs, toMs: window.toMs }, rate);
    rate = slope(counts, fromMs, toMs);
  }
  return bytesPerMsToMbps(rate);
}

/** Mean, and percentiles over intervals of 500 ms, of one direction in a window. */
export function throughput(counts: readonly ByteCount[], window: Window | undefined, slackMs: number): Throughput {
  const mean = window === undefined ? null : meanMbps(counts, window, slackMs);
  if (window === undefined || mean === null) return { mean: null, p50: null, p90: null };
  const ratesMbps: number[] = [];
  const intervalMs = Math.min(INTERVAL_MS, window.toMs - window.fromMs);
  const intervals = Math.floor((window.toMs - window.fromMs) / intervalMs + 1e-9);
  for (let each = 0; each < intervals; each += 1) {
    const fromMs = window.fromMs + each * intervalMs;
    ratesMbps.push(bytesPerMsToMbps(slope(counts, fromMs, fromMs + intervalMs)));
  }
  return {
    mean: rounded(mean),
    p50: rounded(percentile(ratesMbps, 50)),
    p90: rounded(percentile(ratesMbps, 90)),
  };
}

/** Whether the counts span the window, up to one interval at each end. */
function covers(counts: readonly ByteCount[], window: Window): boolean {
  const first = counts[0];
  const last = counts.at(-1);
  if (first === undefined || last === undefined) return false;
  return first.atMs <= window.fromMs + INTERVAL_MS && last.atMs >= window.toMs - INTERVAL_MS && last.atMs > first.atMs;
}

function slope(counts: readonly ByteCount[], fromMs: number, toMs: number): number {
  return (bytesAt(counts, toMs) - bytesAt(counts, fromMs)) / (toMs - fromMs);
}

/** The moment in a window when the count stands highest above a line of `rate` bytes per millisecond. */
function fullest(counts: readonly ByteCount[], window: Window, rate: number): number {
  const moments = counts.map((count) => count.atMs).filter((atMs) => atMs > window.fromMs && atMs < window.toMs);
  let best = window.fromMs;
  let most = Number.NEGATIVE_INFINITY;
  for (const atMs of [window.fromMs, ...moments, window.toMs]) {
    const above = bytesAt(counts, atMs) - rate * (atMs - window.fromMs);
    if (above > most) {
      most = above;
      best = atMs;
    }
  }
  return best;
}

function bytesPerMsToMbps(bytesPerMs: number): number {
  return (bytesPerMs * 8) / 1000;
}
