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
 * Ends all processes of a student's own user, but those of other classrooms on this machine, whose students may have the
 * same users: what descends from another launcher is that one's.
 *
 * @returns how many were ended
 */
export async function endUser(processes: Processes, owner: string, uid: number, timeoutMs: number): Promise<number> {
  const own = ownLine();
  const isTheirs = (pid: number): boolean => readIdentity(pid)?.uids.every((one) => one === uid) ?? false;
  const isAnothers = (pid: number): boolean => !own.has(starterOf(pid, uid) ?? process.pid);
  const isOurs = (pid: number): boolean => isTheirs(pid) && own.has(starterOf(pid, uid) ?? -1);
  let ended = 0;
  await until(() => {
    const living = allPids().filter((pid) => isTheirs(pid) && isAlive(processes, pid) && !isAnothers(pid));
    for (const pid of living) if (endProcess(processes, owner, pid, () => isOurs(pid))) ended += 1;
    return living.length === 0;
  }, timeoutMs);
  return ended;
}

/** Who started a student's process: its first ancestor that is somebody else's. `undefined`: one ended just now */
function starterOf(pid: number, uid: number): number | undefined {
  if (pid === 0) return 0;
  const identity = readIdentity(pid);
  return identity?.uids.includes(uid) ? starterOf(identity.parentPid, uid) : identity && pid;
}

/** This process and its ancestors: what a launcher leaves behind falls to one of them, as a rule to the first of all. */
function ownLine(): ReadonlySet<number> {
  const line = new Set<number>();
  for (let pid = process.pid; pid > 0; pid = readIdentity(pid)?.parentPid ?? 0) line.add(pid);
  return line;
}

function isAlive({ table }: Processes, pid: number): boolean {
  return !'ZX'.includes(table.stat(pid)?.state ?? 'X');
}

function allPids(): readonly number[] {
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => Number.isSafeInteger(pid) && pid > 1);
}
