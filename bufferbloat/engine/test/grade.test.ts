import { describe, expect, it } from 'vitest';
import { gradeOf, worstGrade } from '../src/grade.ts';

describe('gradeOf', () => {
  it.each([
    [-3, 'A+'],
    [0, 'A+'],
    [4.999, 'A+'],
    [5, 'A'],
    [29.999, 'A'],
    [30, 'B'],
    [59.999, 'B'],
    [60, 'C'],
    [199.999, 'C'],
    [200, 'D'],
    [399.999, 'D'],
    [400, 'F'],
    [Number.POSITIVE_INFINITY, 'F'],
  ])('%s ms is %s', (addedMs, grade) => {
    expect(gradeOf(addedMs)).toBe(grade);
  });
});

describe('worstGrade', () => {
  it('is the worst of the three', () => {
    expect(worstGrade(['A+', 'C', 'A'])).toBe('C');
    expect(worstGrade(['F', 'A+', 'A+'])).toBe('F');
    expect(worstGrade(['A+', 'A+', 'A+'])).toBe('A+');
  });

  it('is not claimed while one is missing, nor of none', () => {
    expect(worstGrade(['A', null, 'A'])).toBeNull();
    expect(worstGrade([])).toBeNull();
  });
});
