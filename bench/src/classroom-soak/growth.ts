/** A figure at the quiet points of the lessons, and how much of its growth says nothing yet. */
export interface Series {
  readonly what: string;
  readonly unit: string;
  /** Not from the first lesson: in it programs are read, code is compiled, pools and caches fill. */
  readonly values: readonly number[];
  /** From the first to the last of them, by the fitted line. */
  readonly tolerance: number;
}

/** The slope of the line that fits best, per lesson. */
export function slope(values: readonly number[]): number {
  const middle = (values.length - 1) / 2;
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  let above = 0;
  let below = 0;
  for (const [i, value] of values.entries()) {
    above += (i - middle) * (value - mean);
    below += (i - middle) ** 2;
  }
  return below === 0 ? 0 : above / below;
}

/** What it became more by the fitted line, over all of them. */
export const growth = (values: readonly number[]): number => slope(values) * (values.length - 1);

export const grows = ({ values, tolerance }: Series): boolean => values.length < 3 || !(growth(values) <= tolerance);
