import type { ClassroomError } from './errors.ts';

/** What is answered with these says: not now. */
const NOT_NOW: ReadonlySet<number> = new Set([429, 503]);

/** How often somebody was told to try again later, by code; for metrics. */
export interface Refusals {
  /** Counts an answer, if it is one of these. */
  note(error: ClassroomError): void;
  counts(): Iterable<readonly [code: string, count: number]>;
}

export function createRefusals(): Refusals {
  const counts = new Map<string, number>();
  return {
    note({ code, status }) {
      if (NOT_NOW.has(status)) counts.set(code, (counts.get(code) ?? 0) + 1);
    },
    counts: () => counts,
  };
}
