import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { freezes, totalS } from '../../src/household/freezes.ts';
import { seenOn, START_MS, VIDEO } from './streams.ts';

const STREAM = { ...VIDEO, perS: 20 };
/** A picture every 50 ms for 10 s: a freeze is an interval of 200 ms or more. */
const frozen = (lateness: (sequence: number) => number | undefined, lost = false) =>
  freezes(seenOn(STREAM, 10, lateness, { lost })).map(({ fromMs, toMs }) => [fromMs - START_MS, toMs - START_MS]);

describe('freezes', () => {
  it('are none while pictures come evenly, however late', () => {
    expect(frozen(() => 0)).toEqual([]);
    expect(frozen((n) => (n < 20 ? 0 : Math.min(140, (n - 19) * 10)))).toEqual([]);
  });

  it('are intervals of the mean and 150 ms or more, counted whole', () => {
    expect(frozen((n) => (n >= 100 && n < 103 ? undefined : 0))).toEqual([[4950, 5150]]);
    expect(frozen((n) => (n >= 100 && n < 102 ? undefined : 0))).toEqual([]);
  });

  it('need three times the mean where pictures come slowly', () => {
    // Every fifth picture: the mean goes to 250 ms, so that 750 ms is a freeze and 500 is none.
    const slow = (n: number): boolean => n % 5 === 0;
    expect(frozen((n) => (slow(n) ? 0 : undefined)).length).toBeGreaterThan(0);
    const settled = (missing: number) =>
      freezes(seenOn(STREAM, 60, (n) => (slow(n) && !(n >= 1000 && n < 1000 + missing) ? 0 : undefined))).filter(
        ({ fromMs }) => fromMs > START_MS + 40_000,
      );
    expect(settled(5)).toEqual([]);
    expect(settled(10)).toHaveLength(1);
  });

  it('see the time before the first picture and after the last one', () => {
    expect(frozen((n) => (n < 10 ? undefined : 0))).toEqual([[-50, 500]]);
    expect(frozen((n) => (n < 190 ? 0 : undefined))).toEqual([[9450, 10_000]]);
    expect(frozen(() => undefined)).toEqual([[-50, 10_000]]);
  });

  it('are not made up behind the last picture of a lost connection', () => {
    expect(frozen((n) => (n < 190 ? 0 : undefined), true)).toEqual([]);
  });

  it('do not overlap and lie within the time that was watched', () => {
    const lateness = fc.array(fc.option(fc.integer({ min: -5, max: 900 }), { nil: undefined }), {
      minLength: 200,
      maxLength: 200,
    });
    fc.assert(
      fc.property(lateness, (of) => {
        const found = freezes(seenOn(STREAM, 10, (n) => of[n]));
        expect(totalS(found)).toBeLessThanOrEqual(10.05 + 1e-9);
        for (const [index, { fromMs, toMs }] of found.entries()) {
          expect(toMs - fromMs).toBeGreaterThanOrEqual(200 - 1e-9);
          expect(fromMs).toBeGreaterThanOrEqual(found[index - 1]?.toMs ?? START_MS - 50);
        }
      }),
    );
  });
});
