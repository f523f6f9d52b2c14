import { DEFAULT_LIMITS } from '@rowhouse/classroom-protocol';
import { describe, expect, it } from 'vitest';
import { createQuota } from '../../src/files/quota.ts';
import { createFakeClock } from '../support/fake-clock.ts';

describe('what is known of a student’s files', () => {
  const setUp = () => {
    const clock = createFakeClock();
    let ranUntilMs = 0;
    const quota = createQuota(DEFAULT_LIMITS, clock, () => ranUntilMs);
    return { clock, quota, run: (atMs: number) => (ranUntilMs = atMs) };
  };

  it('is good for two seconds where nothing runs', () => {
    const { clock, quota } = setUp();
    expect(quota.isKnown()).toBe(false);
    quota.counted({ bytes: 1, files: 1 }, clock.nowMs(), 5);
    clock.advance(1_900);
    expect(quota.isKnown()).toBe(true);
    clock.advance(200);
    expect(quota.isKnown()).toBe(false);
  });

  it('is good for twenty times what counting takes where a program ran since', () => {
    const { clock, quota, run } = setUp();
    quota.counted({ bytes: 1, files: 1 }, clock.nowMs(), 5);
    run(clock.nowMs() + 50);
    clock.advance(99);
    expect(quota.isKnown()).toBe(true);
    clock.advance(2);
    expect(quota.isKnown()).toBe(false);
    quota.counted({ bytes: 1, files: 1 }, clock.nowMs(), 5);
    clock.advance(1_000);
    expect(quota.isKnown()).toBe(true);
  });

  it('is never good enough close to a limit', () => {
    const { clock, quota } = setUp();
    quota.counted({ bytes: 1, files: DEFAULT_LIMITS.diskFiles - 1 }, clock.nowMs(), 5);
    expect(quota.isKnown()).toBe(false);
    expect(quota.left().files).toBe(1);
  });

  it('is what was counted, with what was written since and without what came to nothing', () => {
    const { clock, quota } = setUp();
    quota.counted({ bytes: 1_000, files: 10 }, clock.nowMs(), 5);
    quota.wrote(500, 1);
    expect(quota.left()).toEqual({ bytes: DEFAULT_LIMITS.diskBytes - 1_500, files: DEFAULT_LIMITS.diskFiles - 11 });
    quota.wrote(-500, -1);
    expect(quota.left()).toEqual({ bytes: DEFAULT_LIMITS.diskBytes - 1_000, files: DEFAULT_LIMITS.diskFiles - 10 });
    // Counted anew in between, without what was on its way.
    quota.wrote(-2_000, -20);
    expect(quota.left()).toEqual({ bytes: DEFAULT_LIMITS.diskBytes, files: DEFAULT_LIMITS.diskFiles });
  });
});
