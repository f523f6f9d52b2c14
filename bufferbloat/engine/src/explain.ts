import type { Result } from '@rowhouse/bufferbloat-protocol';
import { type Activity, activities } from './activities.ts';
import { type Advice, adviceFor } from './advice.ts';

/** What a result means for a person who does not know what latency is. */
export interface Explanation {
  /** One sentence about the line as a whole. */
  readonly summary: string;
  /** Calls, games, streaming and browsing while the line is in use by others. */
  readonly activities: readonly Activity[];
  readonly advice: Advice;
}

const SUMMARIES = {
  'A+': 'Excellent: the line stays as quick under load as when it is idle.',
  A: 'Very good: load adds little latency, hardly anyone would notice.',
  B: 'Good: load adds latency that fast games and calls may begin to show.',
  C: 'Fair: while someone downloads or uploads, calls and games suffer.',
  D: 'Poor: under load the line feels slow to everybody who shares it.',
  F: 'Very poor: one download or upload makes the line all but unusable for anything live.',
} as const;

/** Puts a result in plain language and says what to do. */
export function explain(result: Result): Explanation {
  const { total } = result.grade;
  return {
    summary: total === null ? 'Not every direction could be measured, so there is no total grade.' : SUMMARIES[total],
    activities: activities(result),
    advice: adviceFor(result),
  };
}
