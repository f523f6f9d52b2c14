import { readdirSync } from 'node:fs';
import { readIdentity } from './process-status.ts';
import { endProcess, type Processes, until } from './processes.ts';

/** All processes that descend from `root`, those furthest from it first. */
export function descendants(root: number): readonly number[] {
  const children = new Map<number, number[]>();
  for (const pid of allPids()) {
    const parent = readIdentity(pid)?.parentPid;
    if (parent !== undefined) children.set(parent, [...(children.get(parent) ?? []), pid]);
  }
  const found: number[] = [];
  const pending = [root];
  for (let pid = pending.pop(); pid !== undefined; pid = pending.pop()) {
    for (const child of children.get(pid) ?? []) {
      found.push(child);
      pending.push(child);
    }
  }
  return found.toReversed();
}

/**
 * Ends all that descend from `root`, and not `root` itself, which takes up their orphans. How many there can be, and so
 * how long this takes, a resource limit bounds.
 */
export async function endTree(processes: Processes, owner: string, root: number, timeoutMs: number): Promise<boolean> {
  return until(() => {
    const living = descendants(root).filter((pid) => !'ZX'.includes(processes.table.stat(pid)?.state ?? 'X'));
    for (const pid of living) endProcess(processes, owner, pid, () => descendants(root).includes(pid));
    return living.length === 0;
  }, timeoutMs);
}

function allPids(): readonly number[] {
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => Number.isSafeInteger(pid) && pid > 1);
}
