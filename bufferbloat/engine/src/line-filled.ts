import type { Evidence, Finding } from './evidence.ts';
import { meanMbps, type Window } from './goodput.ts';
import { percentile } from './percentile.ts';
import type { ByteCount } from './recording.ts';
import { retransmittedShare } from './retransmissions.ts';

/** A rate that is so much higher in the last third than in the first is still growing. */
const GROWTH = 1.25;
/** Less added latency than this, in milliseconds, is no queue. */
const NO_QUEUE_MS = 5;
/** A share of segments sent again below this is no loss that a full queue would cause. */
const NO_LOSS = 1e-5;

/**
 * Whether the load reached what the line can carry, by three signs that it did not: nothing arrived; the rate was still
 * growing at the end; the download met neither a queue nor a loss, so that something other than the line held it back
 * (the server, its budget, this device).
 */
export function lineNotFilled(evidence: Evidence): Finding | undefined {
  const { throughputMbps, bidirectional } = evidence;
  const means = [throughputMbps.download, throughputMbps.upload, bidirectional.download, bidirectional.upload];
  if (means.some(({ mean }) => mean === null || mean === 0)) {
    return { code: 'line-not-filled', level: 'low', message: 'A direction carried no load that could be counted.' };
  }
  for (const direction of ['download', 'upload'] as const) {
    const growth = growthOf(evidence.recording[direction], evidence.windows[direction], slackMs(evidence, direction));
    if (growth >= GROWTH) {
      const message = `The ${direction} was still growing: ${growth.toFixed(1)} times as fast at the end as at the start.`;
      return { code: 'line-not-filled', level: 'medium', message };
    }
  }
  return heldBackElsewhere(evidence);
}

function heldBackElsewhere({ recording, windows, addedLatencyMs }: Evidence): Finding | undefined {
  const { p95 } = addedLatencyMs.download;
  const lost = retransmittedShare(recording.tcp, windows.download);
  if (p95 === null || p95 >= NO_QUEUE_MS || lost === undefined || lost >= NO_LOSS) return undefined;
  const message = 'The download met neither a queue nor a loss: the server or this device was slower than the line.';
  return { code: 'line-not-filled', level: 'medium', message };
}

/** Rate of the last third over that of the first; 1 if it did not keep growing in between. */
function growthOf(counts: readonly ByteCount[], window: Window | undefined, stallMs: number): number {
  if (window === undefined) return 1;
  const thirdMs = (window.toMs - window.fromMs) / 3;
  const third = (index: number): number => {
    const fromMs = window.fromMs + index * thirdMs;
    return meanMbps(counts, { fromMs, toMs: fromMs + thirdMs }, stallMs) ?? 0;
  };
  const [first, second, last] = [third(0), third(1), third(2)];
  return first > 0 && second >= first && last >= second ? last / first : 1;
}

function slackMs({ graded }: Evidence, direction: 'download' | 'upload'): number {
  return 2 * (percentile(graded[direction].rttsMs, 95) ?? 0);
}
