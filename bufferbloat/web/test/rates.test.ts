import { describe, expect, it } from 'vitest';
import { RateSteps } from '../src/page/run/rate-steps.ts';
import { ByteSeries } from '../src/shared/byte-series.ts';

describe('ByteSeries', () => {
  it('gives the mean rate over the window before the newest total', () => {
    const series = new ByteSeries();
    for (let second = 0; second <= 5; second++) series.add({ atMs: second * 1000, bytes: second * 125_000 });
    series.add({ atMs: 6000, bytes: 625_000 + 250_000 });
    expect(series.rateMbps(1000)).toBe(2);
    expect(series.rateMbps(2000)).toBe(1.5);
  });

  it('gives none until it reaches back that far', () => {
    const series = new ByteSeries();
    expect(series.rateMbps(1000)).toBeUndefined();
    series.add({ atMs: 0, bytes: 0 });
    series.add({ atMs: 999, bytes: 1 });
    expect(series.rateMbps(1000)).toBeUndefined();
  });

  it('takes no total that goes back', () => {
    const series = new ByteSeries();
    expect(series.add({ atMs: 1000, bytes: 10 })).toBe(true);
    expect(series.add({ atMs: 1000, bytes: 20 })).toBe(false);
    expect(series.add({ atMs: 1100, bytes: 9 })).toBe(false);
    expect(series.add({ atMs: 1100, bytes: 10 })).toBe(true);
  });

  it('keeps enough for its windows over a long test, and no more', () => {
    const series = new ByteSeries();
    for (let atMs = 0; atMs <= 60_000; atMs += 50) series.add({ atMs, bytes: atMs * 125 });
    expect(series.rateMbps(10_000)).toBe(1);
    expect(series.rateMbps(20_000)).toBeUndefined();
  });
});

describe('RateSteps', () => {
  it('gives a rate for every complete step', () => {
    const steps = new RateSteps(250);
    const rates = [0, 100, 200, 300, 400, 550].map((atMs) => steps.add({ atMs, bytes: atMs * 125 }));
    expect(rates).toEqual([undefined, undefined, undefined, { atMs: 300, mbps: 1 }, undefined, { atMs: 550, mbps: 1 }]);
  });

  it('sees a stall as zero', () => {
    const steps = new RateSteps(250);
    steps.add({ atMs: 0, bytes: 100 });
    expect(steps.add({ atMs: 250, bytes: 100 })).toEqual({ atMs: 250, mbps: 0 });
  });

  it('begins anew when the total does, instead of giving a negative rate', () => {
    const steps = new RateSteps(250);
    steps.add({ atMs: 0, bytes: 1_000_000 });
    expect(steps.add({ atMs: 300, bytes: 0 })).toBeUndefined();
    expect(steps.add({ atMs: 600, bytes: 37_500 })).toEqual({ atMs: 600, mbps: 1 });
  });
});
