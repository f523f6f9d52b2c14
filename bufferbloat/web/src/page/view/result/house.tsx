import type { Grade } from '@rowhouse/bufferbloat-protocol';
import { gradeSpoken, gradeToken } from '../words.ts';
import { type GradeSpan, spanText } from './grades.ts';

interface GradeHouseProps {
  /** `null`: not measured. */
  readonly grade: Grade | null;
  readonly span: GradeSpan | null | undefined;
  /** `tag` stands beside a word. */
  readonly size: 'large' | 'small' | 'tag';
}

/** A grade on the front of a house: a letter in a colour of its own and, near a boundary, the letters it lies between. */
export function GradeHouse({ grade, span, size }: GradeHouseProps) {
  const between = spanText(span);
  return (
    <div class={`grade-house grade-house-${size} ${grade === null ? 'grade-none' : `grade-${gradeToken(grade)}`}`}>
      <span class="grade-front" aria-hidden="true">
        {grade === null ? '–' : grade}
      </span>
      <span class="visually-hidden">
        {grade === null ? 'No grade' : `Grade ${gradeSpoken(grade)}`}
        {between !== undefined && span && `, between ${gradeSpoken(span.best)} and ${gradeSpoken(span.worst)}`}
      </span>
      {between !== undefined && (
        <span class="grade-between" aria-hidden="true">
          {between}
        </span>
      )}
    </div>
  );
}
