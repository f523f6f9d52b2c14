import { writeFileSync } from 'node:fs';
import { setPriority } from 'node:os';

/**
 * Sets how favoured this process is when the processors are busy; call it first, for threads inherit it when they start.
 *
 * @param niceness −20 (most favoured) to 19; below 0 needs root
 * @returns whether it was granted; without it the process works as before, only later on a busy machine
 */
export function setNiceness(niceness: number): boolean {
  try {
    setPriority(niceness);
  } catch {
    return false;
  }
  try {
    // With autogrouping the kernel shares out by session first and would hear of the niceness only within this one.
    writeFileSync('/proc/self/autogroup', String(niceness));
  } catch {
    // no autogrouping here: then the niceness alone decides
  }
  return true;
}
