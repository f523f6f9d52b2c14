import { type Groups, spareOf } from './groups/index.ts';
import { endProcess, type Processes } from './processes.ts';

/** Each look reads one small file of every run: 100 of them in about a ms. */
const EVERY_MS = 500;

/**
 * Ends all of a run of which the kernel ended one process for want of memory: what is left of it is in a state that nobody
 * wrote, and may wait for ever for what is gone. Version 2 of cgroups does so by itself.
 *
 * @param rooms names of those that are open
 * @returns stops it
 */
export function watchMemory(
  groups: Groups | undefined,
  processes: Processes,
  rooms: () => readonly string[],
): () => void {
  if (groups === undefined || groups.endsWholeRuns) return () => {};
  const timer = setInterval(() => {
    for (const room of rooms())
      for (const leaf of groups.leaves(room))
        if (spareOf(leaf) !== undefined && groups.oomKilled(room, leaf)) endRun(groups, processes, room, leaf);
  }, EVERY_MS);
  timer.unref();
  return () => clearInterval(timer);
}

/** One pass: nothing of it can start anything more, and what is there is ended. Once more until nothing is in it. */
export function endRun(groups: Groups, processes: Processes, room: string, leaf: string): boolean {
  groups.kill(room, leaf);
  const members = (): readonly number[] => groups.pids(room, leaf);
  for (const pid of members()) endProcess(processes, room, pid, () => members().includes(pid));
  return members().length === 0;
}
