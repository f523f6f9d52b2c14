import type { Limits } from '@rowhouse/classroom-protocol';
import type { Clock } from '@rowhouse/supervisor';
import type { FilesUsage } from '../files/quota.ts';

/** Counts a student's files while programs run, for they write without asking. */
export interface DiskWatch {
  /** A program began: what fills a disk does so at once. */
  started(): void;
  /** @param isActive something in the room computes */
  look(isActive: boolean): Promise<void>;
}

export interface DiskWatchOptions {
  readonly scan: () => Promise<FilesUsage | undefined>;
  readonly limits: Limits;
  readonly clock: Pick<Clock, 'nowMs' | 'after'>;
  /** Whether there is a program that may write. */
  readonly isNeeded: () => boolean;
  /** The files are over a limit. */
  readonly onOver: () => void;
}

const ACTIVE_MS = 2_000;
/** Programs that only wait hardly write. */
const WAITING_MS = 30_000;
/** After a program has started; then come the looks of every room. */
const FIRST_LOOKS_MS = [500, 1_000];
const FIRST_APART_MS = 500;
/** Looks come at about their times: one that is a little early is as good. */
const EARLY = 0.25;
/** Counting shall take no more than a twentieth of the time. */
const TIMES = 20;

export function createDiskWatch({ scan, limits, clock, isNeeded, onOver }: DiskWatchOptions): DiskWatch {
  let isLooking = false;
  let lastMs = Number.NEGATIVE_INFINITY;
  let tookMs = 0;

  const lookAfter = async (apartMs: number): Promise<void> => {
    const startMs = clock.nowMs();
    const everyMs = Math.max(apartMs * (1 - EARLY), tookMs * TIMES);
    if (isLooking || startMs - lastMs < everyMs || !isNeeded()) return;
    isLooking = true;
    try {
      const usage = await scan();
      if (usage === undefined) return;
      lastMs = startMs;
      tookMs = clock.nowMs() - startMs;
      if (usage.bytes > limits.diskBytes || usage.files > limits.diskFiles) onOver();
    } finally {
      isLooking = false;
    }
  };
  return {
    started() {
      for (const ms of FIRST_LOOKS_MS) clock.after(ms, () => void lookAfter(FIRST_APART_MS));
    },
    look: (isActive) => lookAfter(isActive ? ACTIVE_MS : WAITING_MS),
  };
}
