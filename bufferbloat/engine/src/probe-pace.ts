import type { Load } from './plan.ts';
import { IDLE_RATE, type ProbeRate, probeRateFor, UNKNOWN_RATE } from './probe-rate.ts';
import { foundMbps, type RateReport } from './rate-found.ts';

/**
 * How fast to probe a line under a load, by what has been reported of its directions: slowly while a loaded one is not
 * known, else as the slowest known one allows.
 */
export function probeRateUnder(load: Load, reports: readonly RateReport[]): ProbeRate {
  const found = { download: foundMbps(reports, 'download'), upload: foundMbps(reports, 'upload') };
  const unknown = (['download', 'upload'] as const).some((each) => load[each] > 0 && found[each] === undefined);
  if (unknown) return UNKNOWN_RATE;
  const slowestMbps = Math.min(found.download ?? Number.POSITIVE_INFINITY, found.upload ?? Number.POSITIVE_INFINITY);
  return slowestMbps === Number.POSITIVE_INFINITY ? IDLE_RATE : probeRateFor(slowestMbps);
}
