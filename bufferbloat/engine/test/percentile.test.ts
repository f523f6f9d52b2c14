import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mean, percentile, percentileOfSorted, rounded, summarise } from '../src/percentile.ts';

// Round trips with a heavy tail. The expected figures are those of Python 3.11:
// statistics.quantiles(data, n=100, method='inclusive') and statistics.fmean(data).
const DATA = [
  12.1, 11.9, 13.4, 250.5, 12.0, 14.7, 12.2, 99.9, 12.6, 13.0, 12.3, 45.0, 12.8, 12.9, 13.3, 11.8, 12.5, 16.2, 12.4,
  12.7,
];
const REFERENCE = { 5: 11.895, 25: 12.275, 50: 12.75, 75: 13.725, 90: 50.49, 95: 107.43, 99: 221.886 };

describe('percentile', () => {
  it.each(Object.entries(REFERENCE))('p%s agrees with an independent implementation', (p, expected) => {
    expect(percentile(DATA, Number(p))).toBeCloseTo(expected, 9);
  });

  it('interpolates between order statistics (1, 2, 3, 4: quartiles 1.75, 2.5, 3.25 in R and Python)', () => {
    expect([25, 50, 75].map((p) => percentile([4, 1, 3, 2], p))).toEqual([1.75, 2.5, 3.25]);
  });

  it('is null of nothing and the value itself of one value', () => {
    expect(percentile([], 50)).toBeNull();
    expect(percentile([7], 99)).toBe(7);
  });

  it('leaves its argument alone', () => {
    const values = [3, 1, 2];
    percentile(values, 50);
    expect(values).toEqual([3, 1, 2]);
  });

  it('stays between the extremes, never falls as p grows, and does not depend on the order', () => {
    const values = fc.array(
      fc.double({ min: -1e6, max: 1e6, noNaN: true }).map((value) => value + 0 /* no −0 */),
      { minLength: 1, maxLength: 50 },
    );
    fc.assert(
      fc.property(
        values,
        fc.double({ min: 0, max: 100, noNaN: true }),
        fc.double({ min: 0, max: 100, noNaN: true }),
        (data, p, q) => {
          const [low, high] = [Math.min(p, q), Math.max(p, q)];
          const atLow = percentile(data, low) ?? Number.NaN;
          const atHigh = percentile(data, high) ?? Number.NaN;
          expect(atLow).toBeLessThanOrEqual(atHigh + 1e-9);
          expect(percentile(data, 0)).toBe(Math.min(...data));
          expect(percentile(data, 100)).toBe(Math.max(...data));
          expect(percentile(data.toReversed(), low)).toBe(atLow);
        },
      ),
    );
  });

  it('takes p beyond 0 to 100 as the nearest end', () => {
    expect(percentileOfSorted([1, 2], -5)).toBe(1);
    expect(percentileOfSorted([1, 2], 140)).toBe(2);
  });
});

describe('summarise', () => {
  it('gives every figure to the microsecond', () => {
    expect(summarise(DATA, 3)).toEqual({
      count: 20,
      lost: 3,
      min: 11.8,
      mean: 30.71,
      p5: 11.895,
      p25: 12.275,
      p50: 12.75,
      p75: 13.725,
      p90: 50.49,
      p95: 107.43,
      p99: 221.886,
      max: 250.5,
    });
  });

  it('makes no figures up where there is no sample', () => {
    const { count, lost, ...figures } = summarise([], 2);
    expect({ count, lost }).toEqual({ count: 0, lost: 2 });
    expect(new Set(Object.values(figures))).toEqual(new Set([null]));
  });
});

it('mean is null of nothing', () => {
  expect(mean([])).toBeNull();
  expect(mean([1, 2, 6])).toBe(3);
});

it('rounded keeps thousandths and null', () => {
  expect(rounded(1.234_56)).toBe(1.235);
  expect(rounded(null)).toBeNull();
});
