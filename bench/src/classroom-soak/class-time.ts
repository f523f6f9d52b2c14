import { setTimeout as sleep } from 'node:timers/promises';

/** The class's time on this side of the network: minutes since the first bell. */
export interface ClassTime {
  readonly timesAsFast: number;
  minute(): number;
  /** At once when that is over. */
  until(minute: number): Promise<void>;
  pass(minutes: number): Promise<void>;
  /** How long so many minutes take the machine. */
  realMs(minutes: number): number;
}

/** Begins now. */
export function startClassTime(timesAsFast: number): ClassTime {
  const startMs = performance.now();
  const realMs = (minutes: number) => (minutes * 60_000) / timesAsFast;
  const minute = () => ((performance.now() - startMs) * timesAsFast) / 60_000;
  const pass = (minutes: number) => sleep(Math.max(0, realMs(minutes)));
  return { timesAsFast, minute, until: (then) => pass(then - minute()), pass, realMs };
}
