import { worstGrade } from '@rowhouse/bufferbloat-engine';
import type { Direction, Grade, Result } from '@rowhouse/bufferbloat-protocol';
import { DIRECTIONS } from '../words.ts';

/** The grades between which the truth lies; both the same away from a boundary. */
export interface GradeSpan {
  readonly best: Grade;
  readonly worst: Grade;
}

/** The span of the total: each end is the worst of the directions' ends, as the total itself is. */
export function totalSpan(result: Result): GradeSpan | undefined {
  const spans = DIRECTIONS.map((direction) => result.addedLatencyMs[direction].grades);
  const best = worstGrade(spans.map((span) => span?.best ?? null));
  const worst = worstGrade(spans.map((span) => span?.worst ?? null));
  return best === null || worst === null ? undefined : { best, worst };
}

/** `B–C`, or `undefined` where one letter says it all. */
export function spanText(span: GradeSpan | null | undefined): string | undefined {
  return span === null || span === undefined || span.best === span.worst ? undefined : `${span.best}–${span.worst}`;
}

/** The direction that the total stands on: the one with the most added latency. */
export function decidingDirection(result: Result): Direction | undefined {
  let deciding: Direction | undefined;
  let mostMs = Number.NEGATIVE_INFINITY;
  for (const direction of DIRECTIONS) {
    const addedMs = result.addedLatencyMs[direction].p50;
    if (addedMs !== null && addedMs > mostMs) {
      mostMs = addedMs;
      deciding = direction;
    }
  }
  return deciding;
}
