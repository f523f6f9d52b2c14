import type { Groups } from './groups/index.ts';
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
      };
    }),
  );
}
