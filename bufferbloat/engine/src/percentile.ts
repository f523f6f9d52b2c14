import type { LatencySummary } from '@rowhouse/bufferbloat-protocol';

/**
 * The `p`-th percentile by linear interpolation between order statistics (type 7 of Hyndman and Fan, the default of R and
 * NumPy); `null` of nothing.
 *
 * @param values in any order
 * @param p 0 to 100
 */
export function percentile(values: readonly number[], p: number): number | null {
  return percentileOfSorted(
    [...values].sort((a, b) => a - b),
    p,
  );
}

/** The same of values that are in ascending order already. */
export function percentileOfSorted(sorted: readonly number[], p: number): number | null {
  const rank = (Math.min(100, Math.max(0, p)) / 100) * (sorted.length - 1);
  const below = sorted[Math.floor(rank)];
  const above = sorted[Math.ceil(rank)];
  if (below === undefined || above === undefined) return null;
  return below + (above - below) * (rank - Math.floor(rank));
}

/** Arithmetic mean; `null` of nothing. */
export function mean(values: readonly number[]): number | null {
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Thousandths are the finest that the clocks here can mean, and keep the JSON short. */
export function rounded(value: number): number;
export function rounded(value: number | null): number | null;
export function rounded(value: number | null): number | null {
  return value === null ? null : Math.round(value * 1000) / 1000;
}

/** Summary of round trips in milliseconds, to the microsecond. */
export function summarise(rttsMs: readonly number[], lost: number): LatencySummary {
  const sorted = [...rttsMs].sort((a, b) => a - b);
  const at = (p: number): number | null => rounded(percentileOfSorted(sorted, p));
  return {
    count: sorted.length,
    lost,
    min: at(0),
    mean: rounded(mean(sorted)),
    p5: at(5),
    p25: at(25),
    p50: at(50),
    p75: at(75),
    p90: at(90),
    p95: at(95),
    p99: at(99),
    max: at(100),
  };
}
