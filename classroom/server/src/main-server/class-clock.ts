import type { Clock } from '@rowhouse/supervisor';

/**
 * The class's time, by which limits and life-times are counted: the machine's, or so many times as fast, so that a test
 * lives through a school day in minutes. What takes the machine time (answers, paces, CPU) is not counted by it.
 */
export function createClassClock(machine: Clock, timesAsFast: number): Clock {
  const startMs = machine.nowMs();
  const startEpochMs = machine.epochMs();
  return {
    nowMs: () => startMs + (machine.nowMs() - startMs) * timesAsFast,
    epochMs: () => Math.round(startEpochMs + (machine.epochMs() - startEpochMs) * timesAsFast),
    after: (delayMs, run) => machine.after(delayMs / timesAsFast, run),
  };
}
