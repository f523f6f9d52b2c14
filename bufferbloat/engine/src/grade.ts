import type { Grade } from '@rowhouse/bufferbloat-protocol';

/** Requirement B4: added latency in milliseconds below which a grade is given; F has no bound. Best first. */
export const GRADE_BOUNDARIES_MS: readonly (readonly [Grade, number])[] = [
  ['A+', 5],
  ['A', 30],
  ['B', 60],
  ['C', 200],
  ['D', 400],
  ['F', Number.POSITIVE_INFINITY],
];

/** The grade of an added latency in milliseconds; what is below 0 counts as 0. */
export function gradeOf(addedMs: number): Grade {
  return GRADE_BOUNDARIES_MS.find(([, belowMs]) => addedMs < belowMs)?.[0] ?? 'F';
}

/** The worst of the grades; `null` if one is missing, for the missing one may be the worst. */
export function worstGrade(grades: readonly (Grade | null)[]): Grade | null {
  let worst = -1;
  for (const grade of grades) {
    if (grade === null) return null;
    worst = Math.max(
      worst,
      GRADE_BOUNDARIES_MS.findIndex(([each]) => each === grade),
    );
  }
  return GRADE_BOUNDARIES_MS[worst]?.[0] ?? null;
}
