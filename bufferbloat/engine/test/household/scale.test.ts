import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { gradeOf } from '../../src/grade.ts';
import { gradeOfScore, LATENCY_SCALE, scoreOn } from '../../src/household/scale.ts';

describe('scores', () => {
  it.each([
    [0, 100],
    [2.5, 97.5],
    [5, 95],
    [17.5, 90],
    [30, 85],
    [60, 70],
    [200, 55],
    [400, 40],
    [1200, 20],
    [2000, 0],
    [9000, 0],
    [-1, 100],
  ])('of %d ms of added latency is %d', (addedMs, score) => {
    expect(scoreOn(LATENCY_SCALE, addedMs)).toBeCloseTo(score, 9);
  });

  it('never rise with what they are scored by, and stand for the same grade', () => {
    const ms = fc.double({ min: 0, max: 3000, noNaN: true });
    fc.assert(
      fc.property(ms, ms, (less, more) => {
        const [low, high] = [Math.min(less, more), Math.max(less, more)];
        expect(scoreOn(LATENCY_SCALE, high)).toBeLessThanOrEqual(scoreOn(LATENCY_SCALE, low));
        expect(gradeOfScore(scoreOn(LATENCY_SCALE, less))).toBe(gradeOf(less));
      }),
    );
    for (const bound of LATENCY_SCALE.bounds) expect(gradeOfScore(scoreOn(LATENCY_SCALE, bound))).toBe(gradeOf(bound));
  });
});
