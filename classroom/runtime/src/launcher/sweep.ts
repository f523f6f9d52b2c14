import { rmSync } from 'node:fs';
import path from 'node:path';
import { groupName } from './groups/index.ts';
import { processesIn, removeGroup } from './groups/tree.ts';
import { endProcess, type Processes, until } from './processes.ts';
import { instancesIn, readState, type RunState, stateFile } from './state-file.ts';
import { endTree, endUser } from './tree-of-processes.ts';

/** What was found of an earlier launcher, and ended. */
export interface Swept {
  readonly rooms: number;
  readonly processes: number;
  readonly groups: number;
}

const WAIT_MS = 5_000;

/**
 * Ends what the launcher before this one left in a data folder, and what others did that ran on other ports: the folder
 * belongs to one classroom at a time.
 *
 * @param folder of the states that launchers wrote down
 */
export async function sweepAll(folder: string, instance: number, processes: Processes): Promise<Swept> {
  const total = { rooms: 0, processes: 0, groups: 0 };
  for (const other of instancesIn(folder)) {
    const file = stateFile(folder, other);
    const state = readState(file);
    if (other !== instance && (state === undefined || isSame(processes, state.launcher))) continue;
    const swept = await sweep(state, other, processes);
    if (other !== instance) rmSync(file, { force: true });
    for (const what of ['rooms', 'processes', 'groups'] as const) total[what] += swept[what];
  }
  return total;
}

const isSame = ({ table }: Processes, known: { pid: number; startTicks: number }): boolean => {
  const stat = table.stat(known.pid);
  return stat?.startTicks === known.startTicks && stat.state !== 'Z' && stat.state !== 'X';
};

/**
 * Ends what an earlier launcher left: a process only if boot, number and start time are those that were written down, or
 * if it is in one of our cgroups.
 */
export async function sweep(state: RunState | undefined, instance: number, processes: Processes): Promise<Swept> {
  const { table } = processes;
  // After a restart of the machine neither its processes nor its cgroups are there.
  if (state === undefined || state.bootId !== table.bootId) return { rooms: 0, processes: 0, groups: 0 };
  const lives = (known: { pid: number; startTicks: number }): boolean => isSame(processes, known);
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
