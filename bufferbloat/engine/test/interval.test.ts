import { describe, expect, it } from 'vitest';
import { addedInterval, correlationTime, medianInterval } from '../src/interval.ts';
import { percentile } from '../src/percentile.ts';
import { autoregressive, normalFrom, randomFrom } from './random.ts';

/** 0, 1, 2, … in an order that alternates between the halves: no positive autocorrelation. */
const alternating = (count: number): number[] =>
  Array.from({ length: count }, (_, at) => (at % 2 === 0 ? at / 2 : count / 2 + (at - 1) / 2));

describe('correlationTime', () => {
  it('is 1 for nothing, for a constant and for an alternating series', () => {
    expect(correlationTime([])).toBe(1);
    expect(correlationTime([3, 3, 3])).toBe(1);
    expect(correlationTime([0, 1, 0, 1, 0, 1, 0, 1])).toBe(1);
  });

  it('is computed by hand for 0 0 1 1', () => {
    // deviations -½ -½ ½ ½; covariances ¼ (lag 0), 1/16 (lag 1), -1/8, -1/16: pairs 5/4, then -3/4 ends it: 2·5/4 - 1.
    expect(correlationTime([0, 0, 1, 1])).toBeCloseTo(1.5, 12);
  });

  it('finds (1 + φ) / (1 - φ) of an autoregressive series', () => {
    const series = autoregressive(0.8, 20_000, normalFrom(randomFrom(1)));
    expect(correlationTime(series)).toBeGreaterThan(7.5);
    expect(correlationTime(series)).toBeLessThan(10.5);
    const white = autoregressive(0, 20_000, normalFrom(randomFrom(2)));
    expect(correlationTime(white)).toBeLessThan(1.2);
  });
});

describe('medianInterval', () => {
  it('is the order statistics at 0.5 ± 1.96 / (2 √n) of independent samples', () => {
    // n = 100: 0.5 ± 0.0979982; of 0 … 99 at ranks 99 · p: 49.5 ± 9.70182.
    const interval = medianInterval(alternating(100));
    expect(interval?.median).toBe(49.5);
    expect(interval?.low).toBeCloseTo(49.5 - 9.701_822, 4);
    expect(interval?.high).toBeCloseTo(49.5 + 9.701_822, 4);
  });

  it('is undefined of nothing and spans everything of very few', () => {
    expect(medianInterval([])).toBeUndefined();
    expect(medianInterval([4, 1])).toMatchObject({ median: 2.5, low: 1, high: 4 });
  });

  it('contains the true median about 95 % of the time, for independent and for strongly correlated samples', () => {
    const normal = normalFrom(randomFrom(3));
    for (const phi of [0, 0.5, 0.9]) {
      let hits = 0;
      for (let run = 0; run < 400; run += 1) {
        const interval = medianInterval(autoregressive(phi, 500, normal));
        if (interval !== undefined && interval.low <= 0 && interval.high >= 0) hits += 1;
      }
      expect(hits / 400, `φ = ${phi}`).toBeGreaterThan(0.9);
    }
  });
});

describe('addedInterval', () => {
  it('joins both intervals and adds what measuring may be off by (hand-computed)', () => {
    const baseline = alternating(100);
    const loaded = alternating(100).map((value) => 1000 + value);
    // both have half width 9.70182; √(2 · 9.70182²) = 13.72045; 1 % of 1049.5 = 10.495; added = 1000.
    const interval = addedInterval(loaded, baseline);
    expect(interval?.low).toBeCloseTo(1000 - 13.720_45 - 10.495, 3);
    expect(interval?.high).toBeCloseTo(1000 + 13.720_45 + 10.495, 3);
  });

  it('widens a perfectly steady line by half a millisecond, and not below 0', () => {
    expect(addedInterval([11, 11, 11], [10, 10, 10])).toEqual({ low: 0.5, high: 1.5 });
    expect(addedInterval([10, 10, 10], [10, 10, 10])).toEqual({ low: 0, high: 0.5 });
  });

  it('is undefined where either side has no sample', () => {
    expect(addedInterval([], [1])).toBeUndefined();
    expect(addedInterval([1], [])).toBeUndefined();
  });

  it('contains the median of what the queue really held in at least 95 % of simulated windows', () => {
    // The queue of several cubic flows: saw teeth of changing length with short bursts on top, probed 20 times a second.
    const random = randomFrom(4);
    const normal = normalFrom(random);
    let hits = 0;
    const runs = 300;
    for (let run = 0; run < runs; run += 1) {
      const queueMs: number[] = [];
      while (queueMs.length < 10_000) {
        const lengthMs = 300 + random() * 1500;
        for (let at = 0; at < lengthMs; at += 1) queueMs.push(150 + (50 * at) / lengthMs + 3 * random());
      }
      const truthMs = percentile(queueMs.slice(0, 10_000), 50) ?? 0;
      const phase = Math.floor(random() * 50);
      const loaded = Array.from({ length: 200 }, (_, at) => (queueMs[phase + at * 50] ?? 0) + 2 + 0.2 * normal());
      const baseline = Array.from({ length: 96 }, () => 2 + 0.2 * normal());
      const interval = addedInterval(loaded, baseline);
      if (interval !== undefined && interval.low <= truthMs && interval.high >= truthMs) hits += 1;
    }
    expect(hits / runs).toBeGreaterThanOrEqual(0.95);
  });
});
