import type { Clock } from '@rowhouse/supervisor';
import { describe, expect, it } from 'vitest';
import { timesAsFast } from '../../src/launch/times-as-fast.ts';
import { createClassClock } from '../../src/main-server/class-clock.ts';

function machineClock() {
  let passedMs = 0;
  const timers: { readonly delayMs: number; readonly run: () => void }[] = [];
  let cancelled = 0;
  const clock: Clock = {
    nowMs: () => 5_000.5 + passedMs,
    epochMs: () => 1_700_000_000_000 + passedMs,
    after(delayMs, run) {
      timers.push({ delayMs, run });
      return () => void (cancelled += 1);
    },
  };
  return { clock, timers, pass: (ms: number) => (passedMs += ms), cancelled: () => cancelled };
}

describe('the class’s time', () => {
  it('is the machine’s, unless asked otherwise', () => {
    const machine = machineClock();
    const time = createClassClock(machine.clock, 1);
    machine.pass(1234);
    expect([time.nowMs(), time.epochMs()]).toEqual([6_234.5, 1_700_000_001_234]);
  });

  it('runs so many times as fast from its start on, for people and for limits', () => {
    const machine = machineClock();
    machine.pass(1000);
    const time = createClassClock(machine.clock, 40);
    expect([time.nowMs(), time.epochMs()]).toEqual([6_000.5, 1_700_000_001_000]);
    machine.pass(90_000);
    expect([time.nowMs(), time.epochMs()]).toEqual([6_000.5 + 3_600_000, 1_700_000_001_000 + 3_600_000]);
  });

  it('tells whole milliseconds to people', () => {
    const machine = machineClock();
    const time = createClassClock(machine.clock, 1.7);
    machine.pass(3);
    expect(time.epochMs()).toBe(1_700_000_000_005);
  });

  it('calls after a part of the machine’s time, and can be told not to', () => {
    const machine = machineClock();
    const time = createClassClock(machine.clock, 40);
    let calls = 0;
    const cancel = time.after(3_600_000, () => (calls += 1));
    expect(machine.timers.map(({ delayMs }) => delayMs)).toEqual([90_000]);
    machine.timers[0]?.run();
    expect(calls).toBe(1);
    cancel();
    expect(machine.cancelled()).toBe(1);
  });
});

describe('how fast it runs', () => {
  it('is as fast as it is where nobody asks', () => {
    expect([timesAsFast(undefined, false), timesAsFast(undefined, true)]).toEqual([1, 1]);
  });

  it('is faster in a demo alone', () => {
    expect(timesAsFast('40', true)).toBe(40);
    expect(() => timesAsFast('40', false)).toThrow(expect.objectContaining({ code: 'ERR_LAUNCH_TIME' }));
  });

  it.each(['', '0', '0.5', '-1', '1001', 'Infinity', 'fast'])('is not %j times as fast', (asked) => {
    expect(() => timesAsFast(asked, true)).toThrow(/TIMES_AS_FAST/);
  });
});
