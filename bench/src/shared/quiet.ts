import { setTimeout as sleep } from 'node:timers/promises';
import { watchLoad } from './machine-load.ts';

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
  const load = watchLoad();
  await sleep(LOOK_MS);
  return load.cores();
}
