import type { Logger } from '@rowhouse/service';
import { loadSetScheduler, takePrecedence, yieldPrecedence, type Precedence } from './precedence.ts';
import { watchProcessor } from './processor-watch.ts';

const LOOK_EVERY_MS = 1000;

/**
 * Has this process and all threads it starts from now on served before others, until a flood makes it take so much of a
 * processor that it must not go on so. Call it as root.
 *
 * @returns what the kernel granted
 */
export async function serveFirst(log: Logger): Promise<Precedence> {
  const setScheduler = await loadSetScheduler();
  const precedence = takePrecedence(setScheduler);
  if (!setScheduler || precedence !== 'realtime') return precedence;
  const isFlooded = watchProcessor(() => process.cpuUsage().user + process.cpuUsage().system);
  const watch = setInterval(() => {
    if (!isFlooded(performance.now())) return;
    clearInterval(watch);
    yieldPrecedence(setScheduler);
    log.warn('flooded: no longer served before other processes, until the next start');
  }, LOOK_EVERY_MS);
  watch.unref();
  return precedence;
}
