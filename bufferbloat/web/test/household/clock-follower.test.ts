import { describe, expect, it } from 'vitest';
import { ClockFollower } from '../../src/page/run/household/clock-follower.ts';

const OFFSET_MS = 500;
const ONE_WAY_MS = 10;

/** Probes 20 times a second over a line with these queues, while the clocks drift. */
function follow(options: {
  readonly seconds: number;
  readonly upMs?: (second: number) => number;
  readonly downMs?: (second: number) => number;
  readonly driftPpm?: number;
}) {
  const { seconds, upMs = () => 0, downMs = () => 0, driftPpm = 0 } = options;
  const clock = new ClockFollower(OFFSET_MS, ONE_WAY_MS);
  let truthMs = OFFSET_MS;
  let worstMs = 0;
  for (let sentMs = 0; sentMs < seconds * 1000; sentMs += 50) {
    truthMs = OFFSET_MS + (sentMs * driftPpm) / 1e6;
    const serverMs = sentMs + truthMs + ONE_WAY_MS + upMs(sentMs / 1000);
    clock.note(sentMs, serverMs - truthMs + ONE_WAY_MS + downMs(sentMs / 1000), serverMs);
    worstMs = Math.max(worstMs, Math.abs(clock.offsetMs - truthMs));
  }
  return { errorMs: clock.offsetMs - truthMs, worstMs };
}

describe('ClockFollower', () => {
  it('does not move because of a queue, in either direction or in both', () => {
    expect(follow({ seconds: 60, downMs: () => 300 }).worstMs).toBeCloseTo(0);
    expect(follow({ seconds: 60, upMs: () => 300 }).worstMs).toBeCloseTo(0);
    expect(follow({ seconds: 60, upMs: (s) => s * 5, downMs: (s) => 900 - s * 5 }).worstMs).toBeCloseTo(0);
  });

  it('follows clocks that drift, in both directions', () => {
    expect(follow({ seconds: 240, driftPpm: 50 }).worstMs).toBeLessThan(1);
    expect(follow({ seconds: 240, driftPpm: -50 }).worstMs).toBeLessThan(1);
  });

  it('follows them past a queue of one direction that is empty now and then', () => {
    const empty = (second: number) => (second % 5 < 0.5 ? 0 : 200);
    expect(follow({ seconds: 240, driftPpm: 50, downMs: empty }).worstMs).toBeLessThan(1);
    expect(follow({ seconds: 240, driftPpm: -50, downMs: empty, upMs: empty }).worstMs).toBeLessThan(1);
  });

  it('stays in the middle when the line has become faster than the baseline’s fastest probe', () => {
    expect(follow({ seconds: 20, downMs: () => -1, upMs: () => -1 }).worstMs).toBeCloseTo(0);
  });
});
