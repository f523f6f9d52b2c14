import type { Clock } from '@rowhouse/supervisor';

/** Calls soon after it was woken: at once as a rule, a little later when it was woken often. */
export interface Pacer {
  wake(): void;
}

/** So many in a row at once, and so many in a second for good. */
const PACE = { burst: 100, perMs: 0.1, laterMs: 10 };

/**
 * Everything of one received chunk becomes one call, behind it. A program that prints without end costs each of its
 * viewers a hundred messages a second, not a hundred thousand.
 */
export function createPacer(clock: Pick<Clock, 'nowMs' | 'after'>, call: () => void): Pacer {
  let credit = PACE.burst;
  let creditMs = clock.nowMs();
  let isWoken = false;
  const run = (): void => {
    isWoken = false;
    call();
  };
  return {
    wake() {
      if (isWoken) return;
      isWoken = true;
      const nowMs = clock.nowMs();
      credit = Math.min(PACE.burst, credit + (nowMs - creditMs) * PACE.perMs);
      creditMs = nowMs;
      credit -= 1;
      return credit < 0 ? void clock.after(PACE.laterMs, run) : queueMicrotask(run);
    },
  };
}
