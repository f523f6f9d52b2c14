import type { ConductorState } from './conductor.ts';
import { foundMbps } from './rate-found.ts';

/** What one telemetry tick puts on the wire, in bits: JSON, framing, TCP and IP, acknowledgement. */
const TICK_BITS = 4000;
/** Share of the line that telemetry may take; the goodput is to be right within 1 %. */
const TELEMETRY_SHARE = 0.002;
const SHORTEST_MS = 100;
const LONGEST_MS = 2000;
/** While the rate of a loaded direction is not known. */
const FIRST_MS = 500;

/**
 * How often the server should report now, in milliseconds, 100 to 2000: every 100 ms from 20 Mbit/s on, less often on
 * slower lines, so that the reports take no more than 0.2 %. In steps of a tenth of a second.
 */
export function telemetryIntervalMs({ rates, load }: ConductorState): number {
  const found = { download: foundMbps(rates, 'download'), upload: foundMbps(rates, 'upload') };
  const directions = ['download', 'upload'] as const;
  if (directions.some((each) => load[each] > 0 && found[each] === undefined)) return FIRST_MS;
  const slowestMbps = Math.min(...directions.flatMap((each) => found[each] ?? []));
  if (slowestMbps === Number.POSITIVE_INFINITY) return FIRST_MS;
  return telemetryIntervalAt(slowestMbps);
}

/** The same for a line whose rate is known. */
export function telemetryIntervalAt(lineMbps: number): number {
  const intervalMs = TICK_BITS / (Math.max(0, lineMbps) * 1000 * TELEMETRY_SHARE);
  return Math.min(LONGEST_MS, Math.max(SHORTEST_MS, Math.ceil(intervalMs / 100) * 100));
}
