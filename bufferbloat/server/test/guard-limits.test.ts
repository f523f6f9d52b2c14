import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Buckets } from '../src/guard/buckets.ts';
import { DailyBudget } from '../src/guard/budget.ts';
import { Counts } from '../src/guard/counts.ts';
import { createLoads } from '../src/guard/loads.ts';
import { Refusal } from '../src/guard/refusals.ts';
import { GUARD_DEFAULTS, type GuardLimits } from '../src/guard/settings.ts';

const refusal = (run: () => unknown): Refusal => {
  try {
    run();
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
  throw new Error('nothing was refused');
};

describe('Buckets', () => {
  it('let a burst through, then the rate, and say how long to wait', () => {
    let nowMs = 0;
    const buckets = new Buckets({ capacity: 3, perS: 2, nowMs: () => nowMs });
    expect([1, 2, 3].map(() => buckets.take('a'))).toEqual([0, 0, 0]);
    expect(buckets.take('a')).toBe(0.5);
    expect(buckets.take('b')).toBe(0);
    nowMs = 500;
    expect(buckets.take('a')).toBe(0);
  });

  it('never give more than capacity + rate × time, whatever the order of requests', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(2000), fc.integer({ min: 1, max: 5 }))), (steps) => {
        let nowMs = 0;
        let given = 0;
        const buckets = new Buckets({ capacity: 10, perS: 4, nowMs: () => nowMs });
        for (const [waitMs, amount] of steps) {
          nowMs += waitMs;
          if (buckets.take('a', amount) === 0) given += amount;
          expect(given).toBeLessThanOrEqual(10 + (4 * nowMs) / 1000 + 1e-9);
        }
      }),
    );
  });

  it('keep their memory flat under a flood of addresses, and forget the one unused for longest', () => {
    const buckets = new Buckets({ capacity: 1, perS: 0, maxKeys: 100, nowMs: () => 0 });
    buckets.take('regular');
    for (let index = 0; index < 10_000; index++) {
      buckets.take(`flood ${index}`);
      if (index % 50 === 0) expect(buckets.take('regular')).toBe(Number.POSITIVE_INFINITY);
    }
    expect(buckets.size).toBe(100);
  });

  it('do not drain when the clock is set back', () => {
    let nowMs = 10_000;
    const buckets = new Buckets({ capacity: 2, perS: 1, nowMs: () => nowMs });
    buckets.take('a');
    nowMs = 0;
    expect(buckets.take('a')).toBe(0);
  });
});

describe('Counts', () => {
  it('hold only what is open', () => {
    const counts = new Counts();
    const [first, second] = [counts.add('a'), counts.add('a')];
    expect([counts.of('a'), counts.total]).toEqual([2, 2]);
    first();
    first();
    expect([counts.of('a'), counts.total]).toEqual([1, 1]);
    second();
    expect([counts.of('a'), counts.total]).toEqual([0, 0]);
  });
});

describe('DailyBudget', () => {
  it('ends when it is used up and begins again a day later', () => {
    let nowMs = 5000;
    const budget = new DailyBudget(100, () => nowMs);
    expect(budget.spend(60)).toBe(true);
    expect(budget.spend(60)).toBe(false);
    expect(budget.waitS).toBe(86_400);
    nowMs += 86_400_000;
    expect(budget.waitS).toBe(0);
    expect(budget.usedBytes).toBe(0);
  });

  it('is endless at 0', () => {
    const budget = new DailyBudget(0, () => 0);
    expect(budget.spend(1e18)).toBe(true);
    expect(budget.waitS).toBe(0);
  });
});

describe('createLoads', () => {
  const limits: GuardLimits = { ...GUARD_DEFAULTS.limits, loadsPerAddress: 2, loads: 3, anonymousMiB: 1 };

  it('refuses by address, then in total, with Retry-After', () => {
    const loads = createLoads(limits, () => 0);
    const first = loads.begin('a', false);
    loads.begin('a', false);
    expect(refusal(() => loads.begin('a', false))).toMatchObject({
      code: 'too-many-loads',
      status: 429,
      retryAfterS: 10,
    });
    loads.begin('b', false);
    expect(refusal(() => loads.begin('c', false))).toMatchObject({ code: 'server-full', status: 503, retryAfterS: 10 });
    first.end();
    first.end();
    loads.begin('c', false);
    expect(loads.open).toBe(3);
  });

  it('gives an address without a token a small budget, in both directions together', () => {
    let nowMs = 0;
    const loads = createLoads(limits, () => nowMs);
    const load = loads.begin('a', true);
    expect(load.sent(512 * 1024)).toBe(true);
    expect(load.received(512 * 1024)).toBe(true);
    expect(load.sent(1)).toBe(false);
    load.end();
    const refused = refusal(() => loads.begin('a', true));
    expect(refused).toMatchObject({ code: 'anonymous-budget', status: 429, retryAfterS: 3600 });
    loads.begin('a', false).end();
    nowMs = 3_600_000;
    loads.begin('a', true).end();
  });

  it('stops sending, not receiving, when the day’s budget is used up', () => {
    const loads = createLoads({ ...limits, outgoingGBPerDay: 1 }, () => 0);
    const load = loads.begin('a', false);
    expect(load.sent(1e9)).toBe(true);
    expect(load.sent(1)).toBe(false);
    expect(load.received(1e9)).toBe(true);
    expect(refusal(() => loads.begin('b', false))).toMatchObject({
      code: 'outgoing-budget',
      status: 503,
      retryAfterS: 86_400,
    });
  });
});
