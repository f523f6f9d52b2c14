import { DEFAULT_LIMITS } from '@rowhouse/classroom-protocol';
import { describe, expect, it } from 'vitest';
import { createDiskWatch } from '../../src/room/disk-watch.ts';
import { createFakeClock, settle } from '../support/fake-clock.ts';

const FEW = { bytes: 1, files: 1 };

describe('the watch over a student’s disk', () => {
  const setUp = (tookMs = 0) => {
    const clock = createFakeClock();
    const startMs = clock.nowMs();
    const scannedMs: number[] = [];
    const state = { usage: FEW, isNeeded: true, over: 0 };
    const watch = createDiskWatch({
      limits: DEFAULT_LIMITS,
      clock,
      scan: async () => {
        scannedMs.push(clock.nowMs() - startMs);
        await Promise.resolve();
        if (tookMs > 0) clock.advance(tookMs);
        return state.usage;
      },
      isNeeded: () => state.isNeeded,
      onOver: () => (state.over += 1),
    });
    return { clock, scannedMs, state, watch };
  };

  it('looks soon after a program has started, and ends what is over', async () => {
    const { clock, scannedMs, state, watch } = setUp();
    watch.started();
    for (let passedMs = 0; passedMs < 1_900; passedMs += 100) {
      clock.advance(100);
      await settle();
    }
    expect(scannedMs).toEqual([500, 1_000]);
    state.usage = { bytes: 1, files: DEFAULT_LIMITS.diskFiles + 1 };
    clock.advance(600);
    await watch.look(true);
    expect([scannedMs.at(-1), state.over]).toEqual([2_500, 1]);
  });

  it('does not count for a program that has ended', async () => {
    const { clock, scannedMs, state, watch } = setUp();
    watch.started();
    state.isNeeded = false;
    clock.advance(1_500);
    await settle();
    expect(scannedMs).toEqual([]);
  });

  it('counts one at a time, and no more than a twentieth of the time', async () => {
    const { clock, scannedMs, watch } = setUp(100);
    watch.started();
    watch.started();
    clock.advance(500);
    await settle();
    clock.advance(1_500);
    await settle();
    expect(scannedMs).toEqual([500]);
    clock.advance(1_000);
    await watch.look(true);
    expect(scannedMs).toHaveLength(2);
  });

  it('looks less often where programs wait', async () => {
    const { clock, scannedMs, watch } = setUp();
    await watch.look(false);
    clock.advance(2_000);
    await watch.look(false);
    expect(scannedMs).toEqual([0]);
    await watch.look(true);
    expect(scannedMs).toEqual([0, 2_000]);
  });
});
