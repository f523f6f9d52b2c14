import { describe, expect, it } from 'vitest';
import { loadAt, planDurationMs, singleUserPlan } from '../src/plan.ts';

describe('singleUserPlan', () => {
  it('is requirement B3: 5, 5, 10, 5, 10 and 5 s', () => {
    const plan = singleUserPlan();
    expect(plan.map(({ id, durationMs }) => [id, durationMs])).toEqual([
      ['baseline', 5000],
      ['download-warmup', 5000],
      ['download', 10_000],
      ['upload-warmup', 5000],
      ['upload', 10_000],
      ['bidirectional', 5000],
    ]);
    expect(planDurationMs(plan)).toBe(40_000);
  });

  it('grades the bidirectional phase from 36.5 to 40 s', () => {
    const plan = singleUserPlan();
    const bidirectional = plan.at(-1)!;
    const startMs = planDurationMs(plan.slice(0, -1));
    expect(startMs + bidirectional.gradedFromMs!).toBe(36_500);
    expect(startMs + bidirectional.durationMs).toBe(40_000);
  });

  it('never opens more than six connections', () => {
    for (const { load } of singleUserPlan()) expect(load.download + load.upload).toBeLessThanOrEqual(6);
  });

  it('scales every time by one factor', () => {
    const tenth = singleUserPlan(0.1);
    expect(planDurationMs(tenth)).toBeCloseTo(4000, 9);
    expect(tenth.at(-1)?.gradedFromMs).toBeCloseTo(150, 9);
    expect(tenth[1]?.rampMs).toBeCloseTo(200, 9);
  });

  it.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY])('refuses a scale of %s by name', (scale) => {
    expect(() => singleUserPlan(scale)).toThrow(`not ${scale}`);
  });
});

describe('loadAt', () => {
  const warmup = singleUserPlan().at(1)!;
  const download = singleUserPlan().at(2)!;

  it('adds connections one by one over the ramp', () => {
    expect([0, 399, 400, 1200, 1999, 2000, 5000].map((atMs) => loadAt(warmup, atMs).download)).toEqual([
      1, 1, 2, 4, 5, 6, 6,
    ]);
  });

  it('is full at once without a ramp', () => {
    expect(loadAt(download, 0)).toEqual({ download: 6, upload: 0 });
  });
});
