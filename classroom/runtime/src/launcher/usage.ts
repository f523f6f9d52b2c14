import { readFile } from 'node:fs/promises';
import type { ProcessTable } from '@rowhouse/supervisor';
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
      const counted = groups?.cpuMs(room.name) ?? null;
      const found = await Promise.all(pids.map(async (member) => usageOf(member, table, counted !== null)));
      const all = found.filter((usage) => usage !== undefined);
      return {
        room: room.name,
        pssBytes: all.reduce((sum, usage) => sum + usage.memoryBytes, 0),
        cpuMs: counted ?? all.reduce((sum, usage) => sum + usage.cpuMs, 0),
        processes: all.length,
        runs: groups === undefined ? null : runTimes(groups, room.name),
      };
    }),
  );
}

/** @param counted the CPU time is known already: of three files, only one is read then */
async function usageOf(
  pid: number,
  table: ProcessTable,
  counted: boolean,
): Promise<{ readonly memoryBytes: number; readonly cpuMs: number } | undefined> {
  if (!counted) return table.usage(pid);
  const rollup = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8').catch(() => '');
  const [, kib] = /^Pss:\s+(\d+) kB/m.exec(rollup) ?? [];
  // Not to be read, or of a process that has just ended: the other files tell.
  return kib === undefined ? table.usage(pid) : { memoryBytes: Number(kib) * 1024, cpuMs: 0 };
}

function runTimes(groups: Groups, room: string): { spare: number; cpuMs: number }[] | null {
  if (!groups.controllers.has('cpu')) return null;
  return groups.leaves(room).flatMap((leaf) => {
    const spare = spareOf(leaf);
    const cpuMs = spare === undefined ? null : groups.facts(room, leaf).cpuMs;
    return spare === undefined || cpuMs === null ? [] : [{ spare, cpuMs }];
  });
}
