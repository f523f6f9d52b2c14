import { spawnSync } from 'node:child_process';
import { chmodSync, statSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CLASS_FOLDER } from '@rowhouse/classroom-protocol';
import { classroomGroups, studentProcesses } from '../shared/student-processes.ts';

/** An attacker's room as root sees it from outside. */
export interface RoomFolder {
  readonly workspace: string;
  readonly uid: number;
}

export function roomFolder(dataFolder: string, accountId: string): RoomFolder {
  const workspace = path.join(dataFolder, 'workspaces', accountId);
  return { workspace, uid: statSync(workspace).uid };
}

/** Command lines of the user's processes, by pid. */
export const processesOf = (uid: number): Map<number, string> => studentProcesses().get(uid) ?? new Map();

/** Groups of runs in the account's room. */
export const runGroups = (accountId: string): string[] =>
  classroomGroups(accountId).filter((group) => path.basename(group).startsWith('run-'));

/** Waits until no more than `most` processes are left; returns those that are there at the end. */
export async function settled(uid: number, most: number, withinMs: number): Promise<Map<number, string>> {
  const deadline = performance.now() + withinMs;
  let left = processesOf(uid);
  while (left.size > most && performance.now() < deadline) {
    await sleep(20);
    left = processesOf(uid);
  }
  return left;
}

/** An empty workspace again, for the next program. `find` and `rm` know names and depths that Node does not. */
export function clear({ workspace }: RoomFolder): void {
  chmodSync(workspace, 0o700);
  const own = [workspace, '-mindepth', '1', '-maxdepth', '1', '!', '-name', CLASS_FOLDER];
  spawnSync('find', [...own, '-exec', 'rm', '-rf', '{}', '+']);
}
