import { readdirSync } from 'node:fs';
import { setNiceness } from '@rowhouse/service';

const SCHED_OTHER = 0;
const SCHED_RR = 2;
/** The least of the real-time priorities: ahead of every ordinary process, behind all else that is real-time. */
const LEAST_PRIORITY = 1;
/** Where there is no real-time class; ahead of the load that other processes carry. */
const NICENESS = -10;

/** What the kernel grants the ping process when the processors are busy. */
export type Precedence = 'realtime' | 'favoured' | 'ordinary';

/** Sets the scheduling class of a thread. @returns whether the kernel took it */
export type SetScheduler = (threadId: number, policy: number, priority: number) => boolean;

/**
 * Has this process and all threads it starts from now on served at once, for an echo that waits for a processor is read
 * as a queue in the line. Needs root, so it comes before privileges are dropped.
 */
export function takePrecedence(setScheduler: SetScheduler | undefined): Precedence {
  const favoured = setNiceness(NICENESS);
  if (setScheduler) {
    if (onEveryThread((id) => setScheduler(id, SCHED_RR, LEAST_PRIORITY))) return 'realtime';
    yieldPrecedence(setScheduler); // all threads alike: one that is ahead would go unwatched
  }
  return favoured ? 'favoured' : 'ordinary';
}

/** Goes back to the ordinary class, which needs no privilege; there is no way back to real time. */
export function yieldPrecedence(setScheduler: SetScheduler): void {
  onEveryThread((id) => setScheduler(id, SCHED_OTHER, 0));
}

function onEveryThread(set: (threadId: number) => boolean): boolean {
  return readdirSync('/proc/self/task')
    .map((name) => set(Number(name)))
    .every(Boolean);
}

/** The C library's call; `undefined` where it cannot be had. */
export async function loadSetScheduler(): Promise<SetScheduler | undefined> {
  if (process.platform !== 'linux') return undefined;
  try {
    const { default: koffi } = await import('koffi');
    const call = koffi.load(null).func('int sched_setscheduler(int pid, int policy, const void *param)');
    return (threadId, policy, priority) => call(threadId, policy, Int32Array.of(priority)) === 0;
  } catch {
    return undefined;
  }
}
