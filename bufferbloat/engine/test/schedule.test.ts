import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nextProbeMs } from '../src/schedule.ts';

describe('nextProbeMs', () => {
  it('stays on the grid whatever has come back', () => {
    expect(nextProbeMs(1000, 20, 1000)).toBe(1050);
    expect(nextProbeMs(1000, 20, 1049.9)).toBe(1050);
    expect(nextProbeMs(1000, 20, 1050)).toBe(1100);
  });

  it('skips what a late timer missed instead of sending a burst', () => {
    expect(nextProbeMs(1000, 10, 1730)).toBe(1800);
  });

  it('gives a point of the grid that is later, by at most one interval, and never the same twice', () => {
    const anchor = fc.double({ min: 1.6e12, max: 1.9e12, noNaN: true });
    fc.assert(
      fc.property(
        anchor,
        fc.integer({ min: 1, max: 50 }),
        fc.double({ min: 0, max: 60_000, noNaN: true }),
        (at, perS, past) => {
          const afterMs = at + past;
          const first = nextProbeMs(at, perS, afterMs);
          const second = nextProbeMs(at, perS, first);
          expect(first).toBeGreaterThan(afterMs - 0.01);
          expect(first - afterMs).toBeLessThan(1000 / perS + 0.01);
          expect(second - first).toBeCloseTo(1000 / perS, 2);
        },
      ),
    );
  });
});
