import { mean } from './percentile.ts';

/** Goodput of one direction since the report before. */
export interface RateReport {
  readonly nowMs: number;
  readonly direction: 'download' | 'upload';
  readonly mbps: number;
}

/** Reports that a rate takes to be known. */
const LEAST_REPORTS = 3;
/** How far back a rate looks, in milliseconds: longer than a lost segment holds back what arrived behind it. */
const LOOK_BACK_MS = 4000;

/**
 * The rate found in a direction in Mbit/s: the mean of the last 4 s that were reported, for what a loss holds back
 * arrives soon after. `undefined` as long as there are not three reports.
 */
export function foundMbps(reports: readonly RateReport[], direction: 'download' | 'upload'): number | undefined {
  const own = reports.filter((report) => report.direction === direction);
  const latestMs = own.at(-1)?.nowMs;
  if (latestMs === undefined || own.length < LEAST_REPORTS) return undefined;
  return (
    mean(own.filter((report) => latestMs - report.nowMs <= LOOK_BACK_MS).map((report) => report.mbps)) ?? undefined
  );
}
