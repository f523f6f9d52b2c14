import type { Verdict } from '@rowhouse/bufferbloat-protocol';
import { gradeOfScore, type Scale, scoreOn } from './scale.ts';

/** A verdict and what it is worth. */
export interface Judged {
  readonly verdict: Verdict;
  /** Of the application alone, 0 to 100. */
  readonly score: number;
  /** What the same application would score on this user's own quiet line. */
  readonly quietScore: number;
}

/** The worst of the figures decides: the least score, and the grade that goes with it. */
export function worstOf(figures: readonly (readonly [Scale, number])[]): {
  score: number;
  grade: NonNullable<Verdict['grade']>;
} {
  const score = Math.min(100, ...figures.map(([scale, value]) => scoreOn(scale, value)));
  return { score, grade: gradeOfScore(score) };
}

/** Share of messages that were late or never came. Even if all are, the worst that it makes by itself is D. */
export const LATE_SCALE: Scale = { best: 0, bounds: [0.01, 0.05, 0.2, 0.6, 1.01], worst: 2 };
/** Share of the time in which the picture stood still. */
export const FROZEN_SCALE: Scale = { best: 0, bounds: [0.005, 0.01, 0.03, 0.08, 0.2], worst: 1 };
