import { readdirSync, readFileSync } from 'node:fs';
import { createProcessTable } from '@rowhouse/supervisor';

export interface FamilyUsage {
  /** PSS of the supervisor, the launcher and the server. */
  readonly serverBytes: number;
  readonly databaseBytes: number;
  /** CPU time of all of them since they started. */
  readonly cpuMs: number;
}

/** The classroom's own processes, without the rooms. @param supervisorPid the first of them */
export function familyOf(supervisorPid: number): { usage(): Promise<FamilyUsage> } {
  const table = createProcessTable();
  return {
    async usage() {
      const parents = parentsByPid();
      const childrenOf = (pid: number) => [...parents].flatMap(([child, parent]) => (parent === pid ? [child] : []));
      const programs = childrenOf(supervisorPid);
      const database = programs.filter((pid) => commandOf(pid).includes('/database/main.'));
      const descendants = (pid: number): number[] => [pid, ...childrenOf(pid).flatMap(descendants)];
      const server = [supervisorPid, ...programs.filter((pid) => !database.includes(pid))];
      const sum = async (pids: readonly number[]) => {
        const usages = await Promise.all(pids.map((pid) => table.usage(pid)));
        return {
          bytes: usages.reduce((total, usage) => total + (usage?.memoryBytes ?? 0), 0),
          cpuMs: usages.reduce((total, usage) => total + (usage?.cpuMs ?? 0), 0),
        };
      };
      const [own, stored] = await Promise.all([sum(server), sum(database.flatMap(descendants))]);
      return { serverBytes: own.bytes, databaseBytes: stored.bytes, cpuMs: own.cpuMs + stored.cpuMs };
    },
  };
}

function parentsByPid(): Map<number, number> {
  const parents = new Map<number, number>();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const line = readFileSync(`/proc/${name}/stat`, 'utf8');
      // The name may itself hold spaces and brackets: fields count from its end.
      parents.set(Number(name), Number(line.slice(line.lastIndexOf(')') + 2).split(' ')[1]));
    } catch {
      // ended meanwhile
    }
  }
  return parents;
}

function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}
