import type { Point } from '../align.ts';

/** Columns of a chart: `null` is a hole in the drawing, `undefined` merely no point of its own. */
export type Column = (number | null | undefined)[];

/** Round trips of a short time each, a value a bucket. */
export interface LatencyColumns {
  readonly low: Column;
  readonly median: Column;
  readonly high: Column;
}

/** A stretch of time with the rate that held in it. */
export interface RateInterval {
  readonly fromMs: number;
  readonly toMs: number;
  readonly mbps: number;
}

const BUCKETS_MS = [200, 250, 500, 1000] as const;
const MOST_BUCKETS = 500;
/** A line is not drawn across a longer pause than this, in milliseconds. */
const HOLE_MS = 1000;

/** How long a bucket is for a test of `totalMs`, so that a drawing costs the same however long it lasts. */
export function bucketMsFor(totalMs: number): number {
  return BUCKETS_MS.find((ms) => totalMs / ms <= MOST_BUCKETS) ?? 1000;
}

/** Middles of the buckets in seconds. */
export function bucketTimes(bucketMs: number, count: number): number[] {
  return Array.from({ length: count }, (_, bucket) => ((bucket + 0.5) * bucketMs) / 1000);
}

/**
 * The least, the median and the most of the points in each bucket, so that no peak is lost to the drawing. Points must
 * ascend in time; those without a value (lost probes) have none to show.
 */
export function latencyColumns(points: readonly Point[], bucketMs: number, count: number): LatencyColumns {
  const columns: LatencyColumns = { low: [], median: [], high: [] };
  let next = 0;
  for (let bucket = 0; bucket < count; bucket++) {
    const values: number[] = [];
    for (let point = points[next]; point !== undefined && point.atMs < (bucket + 1) * bucketMs; point = points[next]) {
      if (point.value !== null) values.push(point.value);
      next += 1;
    }
    values.sort((a, b) => a - b);
    columns.low.push(values[0]);
    columns.median.push(values[Math.floor((values.length - 1) / 2)]);
    columns.high.push(values.at(-1));
  }
  const longest = Math.floor(HOLE_MS / bucketMs);
  for (const column of [columns.low, columns.median, columns.high]) openHoles(column, longest);
  return columns;
}

/** Turns runs of more than `longest` buckets without a value into holes. */
function openHoles(column: Column, longest: number): void {
  let since = 0;
  for (let at = 0; at <= column.length; at++) {
    if (at < column.length && column[at] === undefined) continue;
    if (at - since > longest) column.fill(null, since, at);
    since = at + 1;
  }
}

/** The mean rate in each bucket in Mbit/s, over the part of it that was measured; `null` where less than a quarter was. */
export function rateColumn(intervals: readonly RateInterval[], bucketMs: number, count: number): Column {
  const megabits = new Float64Array(count);
  const measuredMs = new Float64Array(count);
  for (const { fromMs, toMs, mbps } of intervals) {
    const first = Math.max(0, Math.floor(fromMs / bucketMs));
    const last = Math.min(count - 1, Math.floor(toMs / bucketMs));
    for (let bucket = first; bucket <= last; bucket++) {
      const overlapMs = Math.min(toMs, (bucket + 1) * bucketMs) - Math.max(fromMs, bucket * bucketMs);
      if (overlapMs <= 0) continue;
      megabits[bucket] = (megabits[bucket] ?? 0) + mbps * overlapMs;
      measuredMs[bucket] = (measuredMs[bucket] ?? 0) + overlapMs;
    }
  }
  return Array.from(megabits, (sum, bucket) => {
    const ms = measuredMs[bucket] ?? 0;
    return ms < bucketMs / 4 ? null : sum / ms;
  });
}

/**
 * Puts columns upon one another: each becomes the sum of itself and the visible ones before it. A hole stays a hole, and
 * counts as nothing for those above it.
 */
export function stack(columns: readonly Column[], visible: (index: number) => boolean): Column[] {
  const sums: number[] = [];
  return columns.map((column, index) =>
    column.map((value, at) => {
      if (value === null || value === undefined || !visible(index)) return null;
      const sum = (sums[at] ?? 0) + value;
      sums[at] = sum;
      return sum;
    }),
  );
}
