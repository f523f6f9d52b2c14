import { percentileOfSorted } from './percentile.ts';

export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** Two-sided 95 % of the normal distribution. */
const Z95 = 1.959964;
/** What measuring itself may be off by, in milliseconds: timer granularity, and the way from the wire to the program. */
export const SYSTEMATIC_MS = 0.5;
/** The same as a share of the latency under load. */
export const SYSTEMATIC_SHARE = 0.01;

/**
 * Integrated autocorrelation time of a series, in samples, at least 1: how many samples in a row are worth one
 * independent sample. Geyer's initial positive sequence: sums autocorrelations in pairs until a pair is not positive.
 */
export function correlationTime(series: readonly number[]): number {
  const count = series.length;
  const average = series.reduce((sum, value) => sum + value, 0) / Math.max(1, count);
  const deviations = series.map((value) => value - average);
  const covariance = (lag: number): number => {
    let sum = 0;
    for (let at = lag; at < count; at += 1) sum += (deviations[at] ?? 0) * (deviations[at - lag] ?? 0);
    return sum / count;
  };
  const variance = count === 0 ? 0 : covariance(0);
  if (variance === 0) return 1;
  let time = -1;
  for (let lag = 0; lag + 1 < count; lag += 2) {
    const pair = (covariance(lag) + covariance(lag + 1)) / variance;
    if (pair <= 0) break;
    time += 2 * pair;
  }
  return Math.max(1, time);
}

/**
 * 95 % interval of the median of a series in the order of time: the order statistics at 0.5 ± 1.96 · sqrt(τ / 4n), where
 * τ is the correlation time of "is above the median". Needs no assumption about the distribution.
 * `undefined` of nothing.
 */
export function medianInterval(series: readonly number[]): (Interval & { readonly median: number }) | undefined {
  const sorted = [...series].sort((a, b) => a - b);
  const median = percentileOfSorted(sorted, 50);
  if (median === null) return undefined;
  const time = correlationTime(series.map((value) => (value > median ? 1 : 0)));
  const halfPercent = 100 * Z95 * Math.sqrt(time / (4 * series.length));
  const low = percentileOfSorted(sorted, 50 - halfPercent) ?? median;
  const high = percentileOfSorted(sorted, 50 + halfPercent) ?? median;
  return { median, low, high };
}

/**
 * 95 % interval of (median under load - median of the baseline), both series in milliseconds and in the order of time.
 * The two intervals are joined as independent ones (MOVER, Donner and Zou), then widened by what measuring itself may be
 * off by: 0.5 ms, or 1 % of the loaded median where that is more. Never below 0.
 */
export function addedInterval(loaded: readonly number[], baseline: readonly number[]): Interval | undefined {
  const over = medianInterval(loaded);
  const base = medianInterval(baseline);
  if (over === undefined || base === undefined) return undefined;
  const added = over.median - base.median;
  const systematic = Math.max(SYSTEMATIC_MS, SYSTEMATIC_SHARE * over.median);
  const low = added - Math.hypot(over.median - over.low, base.high - base.median) - systematic;
  const high = added + Math.hypot(over.high - over.median, base.median - base.low) + systematic;
  return { low: Math.max(0, low), high: Math.max(0, high) };
}
