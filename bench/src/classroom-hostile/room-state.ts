import { spawnSync } from 'node:child_process';
import { chmodSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CLASS_FOLDER } from '@rowhouse/classroom-protocol';

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
export function processesOf(uid: number): Map<number, string> {
  const found = new Map<number, string>();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const status = readFileSync(`/proc/${name}/status`, 'utf8');
      if (Number(/^Uid:\s+(\d+)/m.exec(status)?.[1]) !== uid) continue;
      found.set(Number(name), readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' ').trim());
    } catch {
      // ended meanwhile
    }
  }
  return found;
}

/** Groups of runs in the user's room. */
export function runGroups(accountId: string, folder = '/sys/fs/cgroup', depth = 4): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (!entry.isDirectory()) return [];
    const full = path.join(folder, entry.name);
    if (entry.name.startsWith('run-')) return full.includes(accountId) ? [full] : [];
    return depth === 0 ? [] : runGroups(accountId, full, depth - 1);
  });
}

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
