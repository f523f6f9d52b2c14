import { describe, expect, it } from 'vitest';
import { LoopTiming } from '../../src/household/loop-timing.ts';

describe('LoopTiming', () => {
  it('has nothing to say before the first turn', () => {
    expect(new LoopTiming().figures(5000)).toEqual({
      turns: 0,
      lateMs: { p50: 0, p99: 0, worst: 0 },
      longestMs: 0,
    });
  });

  it('tells the median and the 99th percentile of all turns by class, and the worst of the last two seconds', () => {
    const timing = new LoopTiming();
    for (let n = 0; n < 1000; n += 1) timing.note(1_000_000 + n, n % 50 === 0 ? 6 : 0.6, 0.2);
    expect(timing.figures(1_001_000)).toEqual({
      turns: 1000,
      lateMs: { p50: 0.75, p99: 7, worst: 6 },
      longestMs: 0.2,
    });
    expect(timing.figures(1_004_000).lateMs).toEqual({ p50: 0.75, p99: 7, worst: 0 });
  });

  it('tells each report the worst since the one before', () => {
    const timing = new LoopTiming();
    timing.note(10_000, 9, 1);
    timing.note(11_050, 3, 1);
    expect(timing.worstSince(10_000, 11_100)).toBe(9);
    expect(timing.worstSince(10_500, 11_100)).toBe(3);
    expect(timing.worstSince(11_100, 11_200)).toBe(0);
    expect(timing.worstSince(0, 20_000)).toBe(0);
  });
});
