import type uPlot from 'uplot';

/** One point of a series; `null` is a measured absence (a gap, a lost probe): nothing is drawn there. */
export interface Point {
  readonly atMs: number;
  readonly value: number | null;
}

/**
 * Merges series with times of their own into uPlot's columns: one ascending time column (seconds), then one column a
 * series, `undefined` where a series simply has no point and `null` where it has a gap. Where two points of a series
 * lie further apart than `gapMs`, a gap is put between them, so that no line is drawn across what was not measured.
 * Every series must ascend in time. Linear in the number of points times the number of series.
 */
export function align(series: readonly (readonly Point[])[], gapMs: number): uPlot.AlignedData {
  const queues = series.map((points) => withGaps(points, gapMs));
  const next = queues.map(() => 0);
  const times: number[] = [];
  const columns: (number | null | undefined)[][] = queues.map(() => []);
  for (;;) {
    let atMs = Number.POSITIVE_INFINITY;
    for (const [index, queue] of queues.entries()) {
      atMs = Math.min(atMs, queue[next[index] ?? 0]?.atMs ?? Number.POSITIVE_INFINITY);
    }
    if (atMs === Number.POSITIVE_INFINITY) break;
    times.push(atMs / 1000);
    for (const [index, queue] of queues.entries()) {
      const at = next[index] ?? 0;
      const point = queue[at];
      if (point?.atMs === atMs) {
        columns[index]?.push(point.value);
        next[index] = at + 1;
      } else {
        // A gap lasts until the series goes on: uPlot ends it at the next column that is not null.
        const column = columns[index];
        column?.push(column.at(-1) === null ? null : undefined);
      }
    }
  }
  return [times, ...columns];
}

function withGaps(points: readonly Point[], gapMs: number): readonly Point[] {
  const spaced: Point[] = [];
  let before: Point | undefined;
  for (const point of points) {
    if (before !== undefined && point.atMs - before.atMs > gapMs) {
      spaced.push({ atMs: before.atMs + 1, value: null });
    }
    spaced.push(point);
    before = point;
  }
  return spaced;
}

/** The least and the most of several series; `undefined` where there is no value at all. */
export function extentOf(series: readonly (readonly Point[])[]): readonly [number, number] | undefined {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const points of series) {
    for (const { value } of points) {
      if (value === null) continue;
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
  }
  return high < low ? undefined : [low, high];
}
