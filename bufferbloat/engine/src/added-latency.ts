import type { AddedLatency } from '@rowhouse/bufferbloat-protocol';
import { gradeOf } from './grade.ts';
import { addedInterval } from './interval.ts';
import { percentile, rounded } from './percentile.ts';
import type { WindowSamples } from './windows.ts';

/** Percentiles under load minus the baseline's median, not below 0; all `null` where one of the two has no sample. */
export function addedLatency(loaded: WindowSamples, baseline: WindowSamples): AddedLatency {
  const interval = addedInterval(loaded.rttsMs, baseline.rttsMs);
  const baseMs = percentile(baseline.rttsMs, 50);
  if (interval === undefined || baseMs === null) {
    return { p50: null, p95: null, p99: null, interval: null, grades: null };
  }
  const added = (p: number): number => rounded(Math.max(0, (percentile(loaded.rttsMs, p) ?? 0) - baseMs));
  const low = rounded(interval.low);
  const high = rounded(interval.high);
  return {
    p50: added(50),
    p95: added(95),
    p99: added(99),
    interval: { low, high },
    grades: { best: gradeOf(low), worst: gradeOf(high) },
  };
}
