import { describe, expect, it } from 'vitest';
import { bucketMsFor, bucketTimes, latencyColumns, rateColumn, stack } from '../src/page/charts/household/buckets.ts';
import { colourNumber, shapePath } from '../src/page/charts/marks.ts';

const points = (...pairs: readonly (readonly [number, number | null])[]) =>
  pairs.map(([atMs, value]) => ({ atMs, value }));

describe('buckets', () => {
  it('cost the same drawing for a minute and for four', () => {
    for (const totalMs of [35_000, 65_000, 125_000, 245_000]) {
      expect(totalMs / bucketMsFor(totalMs)).toBeLessThanOrEqual(500);
    }
    expect(bucketMsFor(65_000)).toBe(200);
  });

  it('stand in the middle of their time, in seconds', () => {
    expect(bucketTimes(200, 3)).toEqual([0.1, 0.3, 0.5]);
  });
});

describe('latencyColumns', () => {
  it('keeps the least, the median and the most of each bucket, so that no peak is lost', () => {
    const columns = latencyColumns(points([0, 5], [50, 90], [100, 6], [250, 7]), 200, 2);
    expect(columns).toEqual({ low: [5, 7], median: [6, 7], high: [90, 7] });
  });

  it('draws nothing for a lost probe', () => {
    expect(latencyColumns(points([0, 5], [10, null], [20, 9]), 200, 1)).toEqual({ low: [5], median: [5], high: [9] });
  });

  it('joins over a bucket that merely has no probe, and leaves a hole where there was none for longer', () => {
    const { median } = latencyColumns(points([100, 1], [500, 2], [2500, 3]), 200, 13);
    expect(median.slice(0, 3)).toEqual([1, undefined, 2]);
    expect(median.slice(3, 12)).toEqual(Array.from({ length: 9 }, () => null));
    expect(median[12]).toBe(3);
  });
});

describe('rateColumn', () => {
  it('spreads an interval over the buckets that it lies in', () => {
    expect(rateColumn([{ fromMs: 0, toMs: 300, mbps: 8 }], 200, 2)).toEqual([8, 8]);
  });

  it('weights intervals by their time in the bucket', () => {
    const intervals = [
      { fromMs: 0, toMs: 150, mbps: 10 },
      { fromMs: 150, toMs: 200, mbps: 2 },
    ];
    expect(rateColumn(intervals, 200, 1)).toEqual([8]);
  });

  it('says nothing of a bucket of which little was measured', () => {
    expect(rateColumn([{ fromMs: 0, toMs: 230, mbps: 8 }], 200, 3)).toEqual([8, null, null]);
  });
});

describe('stack', () => {
  const columns = [
    [1, 1, null],
    [2, null, 2],
    [4, 4, 4],
  ];

  it('puts each upon those before it, a hole counting as nothing', () => {
    expect(stack(columns, () => true)).toEqual([
      [1, 1, null],
      [3, null, 2],
      [7, 5, 6],
    ]);
  });

  it('closes up where one is hidden', () => {
    expect(stack(columns, (index) => index !== 1)).toEqual([
      [1, 1, null],
      [null, null, null],
      [5, 5, 4],
    ]);
  });
});

describe('marks', () => {
  it('give every user of a large household a pair of colour and shape of their own', () => {
    const pairs = Array.from({ length: 56 }, (_, index) => `${colourNumber(index)} ${shapePath(index)}`);
    expect(new Set(pairs).size).toBe(56);
  });
});
