import { describe, expect, it } from 'vitest';
import { isDrained } from '../src/drain.ts';

const BASELINE = [9, 10, 10, 10, 11];

describe('isDrained', () => {
  it('wants two replies in a row near the baseline', () => {
    expect(isDrained(BASELINE, [])).toBe(false);
    expect(isDrained(BASELINE, [11])).toBe(false);
    expect(isDrained(BASELINE, [11, 80])).toBe(false);
    expect(isDrained(BASELINE, [80, 11])).toBe(false);
    expect(isDrained(BASELINE, [80, 12, 11])).toBe(true);
  });

  it('allows 2 ms above the p95 of the baseline, or a tenth of a long base round trip', () => {
    // p95 of the baseline is 10.8
    expect(isDrained(BASELINE, [12.8, 12.8])).toBe(true);
    expect(isDrained(BASELINE, [12.8, 12.9])).toBe(false);
    expect(isDrained([100, 100], [110, 110])).toBe(true);
    expect(isDrained([100, 100], [110, 110.1])).toBe(false);
  });

  it('cannot know without a baseline', () => {
    expect(isDrained([], [1, 1])).toBe(false);
  });
});
