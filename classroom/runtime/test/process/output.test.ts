import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createFigureParts } from '../../src/process/figures.ts';
import { createOutputRate } from '../../src/process/output-rate.ts';
import { createPacer } from '../../src/process/pacer.ts';
import { createFakeClock, settle } from '../support/fake-clock.ts';

describe('what a process produces', () => {
  it('is averaged over ten seconds', () => {
    const rate = createOutputRate();
    const bytes = fc.array(fc.tuple(fc.nat(3000), fc.nat(1000)), { maxLength: 60 });
    fc.assert(
      fc.property(bytes, (steps) => {
        const fresh = createOutputRate();
        const seen: { second: number; bytes: number }[] = [];
        let nowMs = 123_456;
        for (const [laterMs, added] of steps) {
          nowMs += laterMs;
          const second = Math.floor(nowMs / 1000);
          seen.push({ second, bytes: added });
          const expected = seen.filter((one) => one.second > second - 10).reduce((sum, one) => sum + one.bytes, 0);
          expect(fresh.add(added, nowMs)).toBe(expected);
        }
      }),
    );
    expect(rate.add(5, 0)).toBe(5);
  });

  it('is told in few messages when it never ends, and at once when it is little', async () => {
    const clock = createFakeClock();
    let calls = 0;
    const pacer = createPacer(clock, () => {
      calls += 1;
    });
    pacer.wake();
    pacer.wake();
    await settle();
    expect(calls).toBe(1);
    for (let n = 0; n < 5_000; n += 1) {
      pacer.wake();
      await Promise.resolve();
      clock.advance(1);
    }
    expect(calls).toBeGreaterThan(400);
    expect(calls).toBeLessThan(700);
  });

  it('is a picture only when it is one, whole and of a size that can be shown', () => {
    const png = Buffer.concat([Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]), Buffer.alloc(100)]);
    const parts = createFigureParts();
    expect(parts.push(png.subarray(0, 50), false)).toBeUndefined();
    expect(parts.push(png.subarray(50), true)).toEqual(png);
    expect(parts.push(Buffer.from('<svg/>'), true)).toBeUndefined();
    for (let n = 0; n < 13; n += 1) expect(parts.push(Buffer.alloc(65_536), false)).toBeUndefined();
    expect(parts.push(Buffer.alloc(0), true)).toBe('too-large');
    expect(parts.push(png, true)).toEqual(png);
  });
});
