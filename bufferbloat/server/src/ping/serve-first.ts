import type { Logger } from '@rowhouse/service';
import { loadSetScheduler, takePrecedence, yieldPrecedence, type Precedence } from './precedence.ts';
import { watchProcessor } from './processor-watch.ts';

const LOOK_EVERY_MS = 1000;

/** Share of a processor beyond which a process is being flooded. */
export const FLOOD_SHARE = {
  /** Replies cost a few per cent. */
  echoes: 0.6,
  /** Several hundred sessions of a game take half of one, and how many there may be is bounded. */
  sessions: 0.85,
} as const;

/**
 * Has this process and all threads it starts from now on served before others, until a flood makes it take so much of a
 * processor that it must not go on so. Call it as root.
 *
 * @param floodShare of a processor, one of `FLOOD_SHARE`
 * @returns what the kernel granted
 */
export async function serveFirst(log: Logger, floodShare: number): Promise<Precedence> {
  const setScheduler = await loadSetScheduler();
  const precedence = takePrecedence(setScheduler);
  if (!setScheduler || precedence !== 'realtime') return precedence;
  const isFlooded = watchProcessor(() => process.cpuUsage().user + process.cpuUsage().system, floodShare);
  const watch = setInterval(() => {
    if (!isFlooded(performance.now())) return;
    clearInterval(watch);
    yieldPrecedence(setScheduler);
    log.warn('flooded: no longer served before other processes, until the next start');
  }, LOOK_EVERY_MS);
  watch.unref();
  return precedence;
}
