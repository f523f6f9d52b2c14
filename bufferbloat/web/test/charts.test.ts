import { describe, expect, it } from 'vitest';
import { align } from '../src/page/charts/align.ts';
import { latencyBounds, latencyTicks, rateBound } from '../src/page/charts/scale.ts';

const at = (...pairs: readonly (readonly [number, number | null])[]) => pairs.map(([atMs, value]) => ({ atMs, value }));

describe('align', () => {
  it('merges series on one ascending time axis in seconds', () => {
    expect(align([at([0, 1], [100, 2]), at([50, 7], [100, 8])], 1000)).toEqual([
      [0, 0.05, 0.1],
      [1, undefined, 2],
      [undefined, 7, 8],
    ]);
  });

  it('keeps a gap open until its series goes on, whatever the others do meanwhile', () => {
    expect(align([at([0, 1], [2000, 2]), at([500, 7], [1000, 8], [1500, 9])], 1000)).toEqual([
      [0, 0.001, 0.5, 1, 1.5, 2],
      [1, null, null, null, null, 2],
      [undefined, undefined, 7, 8, 9, undefined],
    ]);
  });

  it('leaves a lost probe out and draws nothing in its place', () => {
    expect(align([at([0, 1], [40, null], [80, 3])], 1000)[1]).toEqual([1, null, 3]);
  });

  it('takes no points at all', () => {
    expect(align([[], []], 1000)).toEqual([[], [], []]);
  });
});

describe('latency axis', () => {
  it('holds 2 ms and 1000 ms at once', () => {
    const [low, high] = latencyBounds(2, 1000);
    expect(low).toBeLessThanOrEqual(2);
    expect(high).toBeGreaterThan(1000);
    expect(latencyTicks(low, high, 200)).toEqual([2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000]);
    expect(latencyTicks(low, high, 120)).toEqual([10, 100, 1000]);
  });

  it('does not blow up a quiet line', () => {
    const [low, high] = latencyBounds(8, 8.4);
    expect(high / low).toBeGreaterThanOrEqual(5);
  });

  it('stands still while points stay within it', () => {
    expect(latencyBounds(21, 93)).toEqual(latencyBounds(23, 101));
  });

  it('has a floor: a logarithm has no zero', () => {
    expect(latencyBounds(0, 0)[0]).toBeGreaterThan(0);
  });
});

describe('rate axis', () => {
  it.each([
    [0, 1],
    [18.9, 30],
    [93.6, 100],
    [95, 150],
    [943, 1000],
  ])('%d Mbit/s fits below %d', (high, bound) => {
    expect(rateBound(high)).toBe(bound);
  });
});
