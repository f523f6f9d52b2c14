import { describe, expect, it } from 'vitest';
import { growth, grows, slope } from '../src/classroom-soak/growth.ts';
import { isCounting, lines } from '../src/classroom-soak/student-programs.ts';

describe('growth over the quiet points', () => {
  it('is that of the line that fits best', () => {
    expect(slope([1, 3, 5, 7])).toBeCloseTo(2);
    expect(growth([10, 12, 11, 13, 12, 14])).toBeCloseTo(3, 0);
    expect(slope([5, 5, 5])).toBe(0);
  });

  const series = (values: readonly number[], tolerance = 0) => ({ what: '', unit: '', values, tolerance });

  it('is none for what goes up and down, or down, and some for what creeps', () => {
    expect(grows(series([60, 64, 58, 63, 60, 61, 60], 2))).toBe(false);
    expect(grows(series([60, 50, 40]))).toBe(false);
    expect(grows(series([60, 60.5, 61, 61.5, 62, 62.5, 63], 2))).toBe(true);
    expect(grows(series([20, 20, 20, 21]))).toBe(true);
  });

  it('is not excluded where nothing was measured, or too little', () => {
    expect(grows(series([Number.NaN, Number.NaN, Number.NaN], 5))).toBe(true);
    expect(grows(series([1, 1], 5))).toBe(true);
  });
});

describe('what programs print', () => {
  it('counts without a hole, the last line perhaps unfinished', () => {
    expect(isCounting('0\n1\n2\n')).toBe(true);
    expect(isCounting('0\n1\n2')).toBe(true);
    expect(isCounting('0\n2\n3\n')).toBe(false);
    expect(isCounting('')).toBe(false);
  });

  it('is as many lines as asked for', () => {
    expect(lines(3, 1).output).toBe('line 0\nline 1\nline 2\n');
    expect(lines(4, 1).source).toContain('sleep(0.2500)');
  });
});
