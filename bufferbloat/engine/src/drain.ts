import { percentile } from './percentile.ts';

/** How many replies in a row must be back near the baseline. */
const CALM_REPLIES = 2;
/** What a reply may be above the baseline's p95: 2 ms, or a tenth of the median where the base round trip is long. */
const SLACK_MS = 2;
const SLACK_SHARE = 0.1;

/**
 * Whether the queue of the phase before is empty: the last two replies to probes that were sent after the load ended are
 * back near the baseline. Without a baseline it cannot be known, and the answer is no.
 *
 * @param baselineRttsMs round trips before any load
 * @param drainRttsMs round trips of probes sent since the load ended, in order of arrival
 */
export function isDrained(baselineRttsMs: readonly number[], drainRttsMs: readonly number[]): boolean {
  if (drainRttsMs.length < CALM_REPLIES) return false;
  const p50 = percentile(baselineRttsMs, 50);
  const p95 = percentile(baselineRttsMs, 95);
  if (p50 === null || p95 === null) return false;
  const calmMs = p95 + Math.max(SLACK_MS, p50 * SLACK_SHARE);
  return drainRttsMs.slice(-CALM_REPLIES).every((rttMs) => rttMs <= calmMs);
}
