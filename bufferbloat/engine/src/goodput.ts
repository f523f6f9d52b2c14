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
/** How much of a window the counts must span; on a slow line they come rarely, and end with the load. */
const LEAST_SPAN = 0.8;
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
  const spanned = clipped(counts, window);
  if (spanned === undefined) return null;
  const shiftMs = Math.min(slackMs, MAX_SHIFT_MS, (spanned.toMs - spanned.fromMs) * MAX_SHIFT_SHARE);
  let rate = slope(counts, spanned.fromMs, spanned.toMs);
  for (let round = 0; round < ROUNDS; round += 1) {
    const fromMs = fullest(counts, { fromMs: spanned.fromMs, toMs: spanned.fromMs + shiftMs }, rate);
    const toMs = fullest(counts, { fromMs: spanned.toMs - shiftMs, toMs: spanned.toMs }, rate);
    rate = slope(counts, fromMs, toMs);
  }
  return bytesPerMsToMbps(rate);
}

/** Mean, and percentiles over intervals of 500 ms, of one direction in a window. */
export function throughput(counts: readonly ByteCount[], window: Window | undefined, slackMs: number): Throughput {
  const spanned = window && clipped(counts, window);
  if (window === undefined || spanned === undefined) return { mean: null, p50: null, p90: null };
  const ratesMbps: number[] = [];
  const lengthMs = spanned.toMs - spanned.fromMs;
  const intervalMs = Math.min(INTERVAL_MS, lengthMs);
  const intervals = Math.floor(lengthMs / intervalMs + 1e-9);
  for (let each = 0; each < intervals; each += 1) {
    const fromMs = spanned.fromMs + each * intervalMs;
    ratesMbps.push(bytesPerMsToMbps(slope(counts, fromMs, fromMs + intervalMs)));
  }
  return {
    mean: rounded(meanMbps(counts, window, slackMs)),
    p50: rounded(percentile(ratesMbps, 50)),
    p90: rounded(percentile(ratesMbps, 90)),
  };
}

/** The part of a window that the counts span, if that is most of it. */
function clipped(counts: readonly ByteCount[], window: Window): Window | undefined {
  const fromMs = Math.max(window.fromMs, counts[0]?.atMs ?? Number.POSITIVE_INFINITY);
  const toMs = Math.min(window.toMs, counts.at(-1)?.atMs ?? Number.NEGATIVE_INFINITY);
  const enough = toMs > fromMs && toMs - fromMs >= (window.toMs - window.fromMs) * LEAST_SPAN;
  return enough ? { fromMs, toMs } : undefined;
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
