import os from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';

/** Less than this share of one core is in use by anybody: the machine is free for a measurement. */
const QUIET_CORES = 0.25;
const LOOK_MS = 500;

/**
 * Waits until nothing else uses the machine, at most `limitMs`: what others do in that time would be measured as ours.
 *
 * @returns how many cores were in use at the end of the wait
 */
export async function untilQuiet(limitMs = 60_000): Promise<number> {
  const endMs = performance.now() + limitMs;
  let cores = await coresInUse();
  while (cores > QUIET_CORES && performance.now() < endMs) cores = await coresInUse();
  return cores;
}

async function coresInUse(): Promise<number> {
  const before = cpuTimes();
  await sleep(LOOK_MS);
  const after = cpuTimes();
  return ((after.busyMs - before.busyMs) / Math.max(1, after.allMs - before.allMs)) * os.cpus().length;
}

function cpuTimes(): { busyMs: number; allMs: number } {
  let busyMs = 0;
  let allMs = 0;
  for (const { times } of os.cpus()) {
    const all = times.user + times.nice + times.sys + times.irq + times.idle;
    allMs += all;
    busyMs += all - times.idle;
  }
  return { busyMs, allMs };
}
