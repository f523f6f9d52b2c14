import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ratingFactor } from '../../src/household/e-model.ts';
import { isAfterPlayout, playoutWindows } from '../../src/household/playout.ts';
import { AUDIO, seenOn } from './streams.ts';

const windows = (seconds: number, lateness: (sequence: number) => number | undefined, baseMs = 10) =>
  seenOn(AUDIO, seconds, lateness).legs.flatMap((leg) => playoutWindows(leg, AUDIO.perS, baseMs));

describe('play-out', () => {
  it('waits the least that there is on a quiet line', () => {
    const [first, second, ...rest] = windows(10, () => 0);
    expect(rest).toEqual([]);
    expect(first).toMatchObject({ delayMs: 20, lost: 0 });
    expect(second?.r).toBeCloseTo(ratingFactor(10 + 20 + 20, 0), 9);
  });

  it('waits for what is evenly late, and gives up what is later than the rest', () => {
    expect(windows(5, () => 75)[0]).toMatchObject({ delayMs: 80, lost: 0 });
    // One packet of 250 is 400 ms late: waiting for it would cost more than it is worth.
    expect(windows(5, (n) => (n === 100 ? 400 : 15))[0]).toMatchObject({ delayMs: 20, lost: 1 });
  });

  it('counts what never came as lost, at any delay', () => {
    const [window] = windows(5, (n) => (n % 10 === 0 ? undefined : 0));
    expect(window).toMatchObject({ lost: 25, delayMs: 20 });
    expect(windows(5, () => undefined)[0]).toMatchObject({ lost: 250, delayMs: 20 });
  });

  it('is set anew every 5 s', () => {
    expect(windows(15, (n) => (n >= 250 && n < 500 ? 95 : 0)).map(({ delayMs }) => delayMs)).toEqual([20, 100, 20]);
    expect(windows(7, () => 0).map(({ units }) => units.length)).toEqual([250, 100]);
  });

  it('tells what came after its turn from what never came', () => {
    const [window] = windows(5, (n) => (n === 7 ? 400 : n === 8 ? undefined : 0));
    const late = window?.units.filter((unit) => isAfterPlayout(unit, window));
    expect(late).toHaveLength(1);
    expect(window?.lost).toBe(2);
  });

  it('is never beaten by another delay of the grid', () => {
    const lateness = fc.array(fc.option(fc.integer({ min: 0, max: 700 }), { nil: undefined }), {
      minLength: 250,
      maxLength: 250,
    });
    fc.assert(
      fc.property(lateness, fc.integer({ min: 0, max: 150 }), (of, baseMs) => {
        const [window] = windows(5, (n) => of[n], baseMs);
        for (let delayMs = 20; delayMs <= 500; delayMs += 10) {
          const inTime = of.filter((latenessMs) => latenessMs !== undefined && latenessMs <= delayMs).length;
          const r = ratingFactor(baseMs + 20 + delayMs, 1 - inTime / 250);
          expect(window?.r ?? 0).toBeGreaterThanOrEqual(r - 1e-9);
        }
      }),
      { numRuns: 30 },
    );
  });
});
