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
    const living = descendants(root).filter((pid) => isAlive(processes, pid));
    for (const pid of living) endProcess(processes, owner, pid, () => descendants(root).includes(pid));
    return living.length === 0;
  }, timeoutMs);
}

/**
 * Ends all processes of a student's own user: nobody else's are.
 *
 * @returns how many were ended
 */
export async function endUser(processes: Processes, owner: string, uid: number, timeoutMs: number): Promise<number> {
  const isTheirs = (pid: number): boolean => readIdentity(pid)?.uids.every((one) => one === uid) ?? false;
  let ended = 0;
  await until(() => {
    const living = allPids().filter((pid) => isTheirs(pid) && isAlive(processes, pid));
    for (const pid of living) if (endProcess(processes, owner, pid, () => isTheirs(pid))) ended += 1;
    return living.length === 0;
  }, timeoutMs);
  return ended;
}

function isAlive({ table }: Processes, pid: number): boolean {
  return !'ZX'.includes(table.stat(pid)?.state ?? 'X');
}

function allPids(): readonly number[] {
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => Number.isSafeInteger(pid) && pid > 1);
}
