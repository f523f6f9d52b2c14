import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { defaultBackoff, failuresAfter, restartTimeMs } from '../src/core/backoff.ts';
import { countRestart } from '../src/core/intensity.ts';

test('failures add up, and each second of being ready forgives one', () => {
  expect(failuresAfter(0, 0, defaultBackoff)).toBe(1);
  expect(failuresAfter(3, 999, defaultBackoff)).toBe(4);
  expect(failuresAfter(3, 2_000, defaultBackoff)).toBe(2);
  expect(failuresAfter(3, 60_000, defaultBackoff)).toBe(1);
});

test.each([
  { failures: 1, delayMs: 0 },
  { failures: 2, delayMs: 500 },
  { failures: 3, delayMs: 1_000 },
  { failures: 8, delayMs: 30_000 },
  { failures: 5_000, delayMs: 30_000 },
])('failure $failures in a row waits $delayMs ms', ({ failures, delayMs }) => {
  expect(restartTimeMs({ startedMs: 0, readyMs: 5_000, failures }, 9_000, defaultBackoff)).toBe(9_000 + delayMs);
});

test('starts are a second apart, unless the child was ready for longer', () => {
  expect(restartTimeMs({ startedMs: 8_900, readyMs: 50, failures: 1 }, 9_000, defaultBackoff)).toBe(9_900);
  expect(restartTimeMs({ startedMs: 7_900, readyMs: 1_000, failures: 1 }, 9_000, defaultBackoff)).toBe(9_000);
});

test('no window of the period ever holds more restarts than allowed', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(400)), fc.nat(5), (gapsMs, restarts) => {
      const intensity = { restarts, periodMs: 1_000 };
      const allowedMs: number[] = [];
      let counted: readonly number[] = [];
      let nowMs = 0;
      for (const gapMs of gapsMs) {
        nowMs += gapMs;
        const next = countRestart(counted, nowMs, intensity);
        const inWindow = allowedMs.filter((atMs) => nowMs - atMs < 1_000).length;
        expect(next !== undefined).toBe(inWindow < restarts);
        if (next === undefined) continue;
        counted = next;
        allowedMs.push(nowMs);
      }
    }),
  );
});
