import { LauncherError } from './errors.ts';
import { tryWrite } from './groups/tree.ts';
import { type Groups, HOST_LEAF, runLeaf } from './groups/index.ts';
import type { GroupLimits } from './groups/types.ts';
import { readIdentity } from './process-status.ts';
import type { Processes } from './processes.ts';

const RUN_OOM_SCORE = 800;

/** Of the room in which a process is to be placed. */
export interface PlacingRoom {
  readonly name: string;
  readonly hostPid: number;
  /** Of every process in it. */
  readonly uid: number;
}

/**
 * Puts a process that the room's host has forked into a cgroup of its own. The number comes from within the room, so it
 * proves nothing: the process must be in the host's own cgroup, where no run ever is, a child of the host, and the
 * student's.
 *
 * @returns its number as this machine counts
 * @throws LauncherError `ERR_LAUNCHER_PLACE`
 */
export function place(
  { groups, processes, room, limits }: { groups: Groups; processes: Processes; room: PlacingRoom; limits: GroupLimits },
  spare: number,
  innerPid: number,
): number {
  const refuse = (reason: string) =>
    new LauncherError('ERR_LAUNCHER_PLACE', { room: room.name, pid: innerPid, reason });
  const leaf = runLeaf(spare);
  if (groups.has(room.name, leaf)) throw refuse(`run ${spare} has its cgroup already`);
  const isMeant = (pid: number): boolean => {
    const identity = readIdentity(pid);
    return (
      identity !== undefined &&
      identity.innerPid === innerPid &&
      identity.parentPid === room.hostPid &&
      identity.uids.every((uid) => uid === room.uid)
    );
  };
  const pid = groups.pids(room.name, HOST_LEAF).find((candidate) => candidate !== room.hostPid && isMeant(candidate));
  if (pid === undefined) throw refuse('the host has no such child that waits');
  const startTicks = processes.table.stat(pid)?.startTicks;
  groups.createLeaf(room.name, leaf, limits);
  try {
    groups.enter(room.name, leaf, pid);
  } catch {
    groups.remove(room.name, leaf);
    throw refuse('it has ended');
  }
  if (processes.table.stat(pid)?.startTicks !== startTicks || !isMeant(pid)) {
    // It ended, and its number was given away, between two statements. The group must not become another's prison.
    groups.expel(pid);
    groups.remove(room.name, leaf);
    throw refuse('it has ended');
  }
  // When all of the room is short of memory, its runs go before its host.
  tryWrite(`/proc/${pid}/oom_score_adj`, String(RUN_OOM_SCORE));
  return pid;
}
