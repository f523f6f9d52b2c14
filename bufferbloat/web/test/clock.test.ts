import { describe, expect, it } from 'vitest';
import { measuredOriginMs, nowMs, originOf, rebaseClock } from '../src/shared/clock.ts';

/** A system clock in whole milliseconds and a monotonic one with fractions; every reading takes a while. */
function clocks(originMs: number, readingMs: (reading: number) => number) {
  let elapsedMs = 1234.567;
  let readings = 0;
  const passing = (): number => {
    elapsedMs += readingMs(readings++);
    return elapsedMs;
  };
  return { unixMs: () => Math.floor(originMs + passing()), elapsedMs: passing };
}

describe('measuredOriginMs', () => {
  it('sees through the whole milliseconds of the system clock', () => {
    for (const originMs of [1_000_000, 1_000_000.25, 1_000_000.999]) {
      const { unixMs, elapsedMs } = clocks(originMs, () => 0.01);
      expect(Math.abs(measuredOriginMs(unixMs, elapsedMs) - originMs)).toBeLessThan(0.05);
    }
  });

  it('sees through a thread that is held up between two readings', () => {
    const { unixMs, elapsedMs } = clocks(1_000_000.5, (reading) => (reading === 141 ? 40 : 0.01));
    expect(Math.abs(measuredOriginMs(unixMs, elapsedMs) - 1_000_000.5)).toBeLessThan(0.05);
  });
});

describe('originOf', () => {
  it("is the browser's own, unless the machine slept or its clock was set", () => {
    expect(originOf(1_000_000, 1_000_004.9)).toBe(1_000_000);
    expect(originOf(1_000_000, 1_600_000.5)).toBe(1_600_000.5);
    expect(originOf(1_000_000, 400_000)).toBe(400_000);
  });
});

it('agrees with the system clock after every rebase', () => {
  rebaseClock();
  const beforeMs = Date.now();
  const byItMs = nowMs();
  expect(byItMs).toBeGreaterThan(beforeMs - 100);
  expect(byItMs).toBeLessThan(Date.now() + 100);
});
