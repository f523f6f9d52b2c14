import { type Groups, spareOf } from './groups/index.ts';
import type { OpenRoom } from './room.ts';
import type { LauncherRoomUsage } from './requests.ts';
import type { Processes } from './processes.ts';
import { descendants } from './tree-of-processes.ts';

/** What each room uses now; reads one small file of every process. */
export async function measure(
  rooms: readonly OpenRoom[],
  groups: Groups | undefined,
  { table }: Processes,
): Promise<readonly LauncherRoomUsage[]> {
  return Promise.all(
    rooms.map(async (room) => {
      const { pid, hostPid } = room.process;
      const pids = groups?.pids(room.name) ?? [...new Set([pid, hostPid, ...descendants(pid)])];
      const found = await Promise.all(pids.map(async (member) => table.usage(member)));
      const all = found.filter((usage) => usage !== undefined);
      return {
        room: room.name,
        pssBytes: all.reduce((sum, usage) => sum + usage.memoryBytes, 0),
        cpuMs: groups?.cpuMs(room.name) ?? all.reduce((sum, usage) => sum + usage.cpuMs, 0),
        processes: all.length,
        runs: groups === undefined ? null : runTimes(groups, room.name),
      };
    }),
  );
}

function runTimes(groups: Groups, room: string): { spare: number; cpuMs: number }[] | null {
  if (!groups.controllers.has('cpu')) return null;
  return groups.leaves(room).flatMap((leaf) => {
    const spare = spareOf(leaf);
    const cpuMs = spare === undefined ? null : groups.facts(room, leaf).cpuMs;
    return spare === undefined || cpuMs === null ? [] : [{ spare, cpuMs }];
  });
}
