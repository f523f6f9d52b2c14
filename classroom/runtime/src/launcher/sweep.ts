import path from 'node:path';
import { groupName } from './groups/index.ts';
import { processesIn, removeGroup } from './groups/tree.ts';
import { endProcess, type Processes, until } from './processes.ts';
import type { RunState } from './state-file.ts';
import { endTree, endUser } from './tree-of-processes.ts';

/** What was found of an earlier launcher, and ended. */
export interface Swept {
  readonly rooms: number;
  readonly processes: number;
  readonly groups: number;
}

const WAIT_MS = 5_000;

/**
 * Ends what an earlier launcher left: a process only if boot, number and start time are those that were written down, or
 * if it is in one of our cgroups.
 */
export async function sweep(state: RunState | undefined, instance: number, processes: Processes): Promise<Swept> {
  const { table } = processes;
  // After a restart of the machine neither its processes nor its cgroups are there.
  if (state === undefined || state.bootId !== table.bootId) return { rooms: 0, processes: 0, groups: 0 };
  const lives = (known: { pid: number; startTicks: number }): boolean => {
    const stat = table.stat(known.pid);
    return stat?.startTicks === known.startTicks && stat.state !== 'Z' && stat.state !== 'X';
  };
  // It may be stopping this very moment, and clear away by itself.
  await until(() => !lives(state.launcher), WAIT_MS);
  let ended = 0;
  let rooms = 0;
  for (const room of state.rooms) {
    const left = room.processes.filter(lives);
    if (left.length > 0) rooms += 1;
    for (const known of left) {
      await endTree(processes, room.room, known.pid, WAIT_MS);
      if (endProcess(processes, room.room, known.pid, () => lives(known))) ended += 1;
    }
    if (room.uid !== null) ended += await endUser(processes, room.room, room.uid, WAIT_MS);
  }
  let groups = 0;
  for (const folder of state.groups.filter((root) => path.basename(root) === groupName(instance))) {
    const clear = (): boolean => {
      for (const pid of processesIn(folder)) {
        if (endProcess(processes, 'swept', pid, () => processesIn(folder).includes(pid))) ended += 1;
      }
      return processesIn(folder).length === 0 && removeGroup(folder);
    };
    if (processesIn(folder).length > 0 || !removeGroup(folder)) groups += 1;
    await until(clear, WAIT_MS);
  }
  await until(() => !state.rooms.some((room) => room.processes.some(lives)), WAIT_MS);
  return { rooms, processes: ended, groups };
}
