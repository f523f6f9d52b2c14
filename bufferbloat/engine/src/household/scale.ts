import type { Grade } from '@rowhouse/bufferbloat-protocol';
import { GRADE_BOUNDARIES_MS } from '../grade.ts';

/** What a figure is worth: `best` scores 100, and below each bound it has the grade, best first; from `worst` on it scores 0. */
export interface Scale {
  readonly best: number;
  readonly bounds: readonly [aPlus: number, a: number, b: number, c: number, d: number];
  readonly worst: number;
}

/** The score at each bound; a grade's scores lie above the bound of the next. */
const SCORES = [100, 95, 85, 70, 55, 40, 0] as const;
const GRADES: readonly Grade[] = GRADE_BOUNDARIES_MS.map(([grade]) => grade);

/** Piecewise linear between the bounds, 0 to 100. */
export function scoreOn({ best, bounds, worst }: Scale, value: number): number {
  const points = [best, ...bounds, worst];
  const at = points.findIndex((point) => value < point);
  if (at < 0) return 0;
  const from = points[at - 1];
  const to = points[at];
  const high = SCORES[at - 1];
  const low = SCORES[at];
  if (from === undefined || to === undefined || high === undefined || low === undefined) return 100;
  return high - ((value - from) / (to - from)) * (high - low);
}

/** The grade that a score stands for; the same as that of the figure on its scale. */
export function gradeOfScore(score: number): Grade {
  return GRADES[SCORES.slice(1).findIndex((bound) => score > bound)] ?? 'F';
}

/** Added latency in milliseconds, by requirement B4; beyond 2 s nothing is left to lose. */
export const LATENCY_SCALE: Scale = { best: 0, bounds: [5, 30, 60, 200, 400], worst: 2000 };
