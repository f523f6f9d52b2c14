import { monitorEventLoopDelay } from 'node:perf_hooks';

const RESOLUTION_MS = 20;

/** How late the event loop is. */
export interface LoopDelay {
  /** The worst delay since the last call, in milliseconds. */
  takeWorstMs(): number;
  stop(): void;
}

/** Watches the event loop with a native timer every 20 ms; costs nothing worth mentioning. */
export function watchLoopDelay(): LoopDelay {
  const histogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  histogram.enable();
  return {
    takeWorstMs() {
      const worstMs = histogram.count === 0 ? 0 : histogram.max / 1e6 - RESOLUTION_MS;
      histogram.reset();
      return Math.max(0, worstMs);
    },
    stop: () => {
      histogram.disable();
    },
  };
}
