import type { Limits } from '@rowhouse/classroom-protocol';
import type { Clock } from '@rowhouse/supervisor';
import type { FilesUsage } from '../files/quota.ts';

/** Counts a student's files while programs run, for they write without asking. */
export interface DiskWatch {
  /** @param isActive something in the room computes. @returns whether the files are over a limit */
  look(isActive: boolean): Promise<boolean>;
}

const ACTIVE_MS = 2_000;
/** Programs that only wait hardly write. */
const WAITING_MS = 30_000;
/** Counting shall take no more than a twentieth of the time. */
const TIMES = 20;

export function createDiskWatch(
  scan: () => Promise<FilesUsage | undefined>,
  limits: Limits,
  clock: Pick<Clock, 'nowMs'>,
): DiskWatch {
  let isLooking = false;
  let lastMs = Number.NEGATIVE_INFINITY;
  let tookMs = 0;
  return {
    async look(isActive) {
      const startMs = clock.nowMs();
      const everyMs = Math.max(isActive ? ACTIVE_MS : WAITING_MS, tookMs * TIMES);
      // Looks come every two seconds or so: one that is a little early is as good.
      if (isLooking || startMs - lastMs < everyMs - ACTIVE_MS / 4) return false;
      isLooking = true;
      try {
        const usage = await scan();
        if (usage === undefined) return false;
        lastMs = startMs;
        tookMs = clock.nowMs() - startMs;
        return usage.bytes > limits.diskBytes || usage.files > limits.diskFiles;
      } finally {
        isLooking = false;
      }
    },
  };
}
