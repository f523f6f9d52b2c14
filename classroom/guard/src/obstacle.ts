import { existsSync } from 'node:fs';

/** Why there can be no guard on this machine, in a few words; `undefined` when there can. */
export function guardObstacle(): string | undefined {
  if (process.platform !== 'linux') return 'not Linux';
  if (process.getuid?.() !== 0) return 'not root';
  if (!existsSync('/usr/bin/python3')) return 'no /usr/bin/python3';
  if (!existsSync('/sys/fs/cgroup/memory') && !existsSync('/sys/fs/cgroup/cgroup.controllers')) return 'no cgroups';
  return undefined;
}
