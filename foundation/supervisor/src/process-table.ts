import { readdirSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import process from 'node:process';

/** Linux reports CPU times and start times to programs in hundredths of a second, on every architecture. */
const msPerTick = 10;

/** What /proc/<pid>/stat says about who a process is. */
export interface ProcessStat {
  readonly pid: number;
  /** One letter; Z and X are dead processes that nobody has collected yet. */
  readonly state: string;
  readonly groupId: number;
  readonly sessionId: number;
  /** Clock ticks since boot. Together with the pid it names one process for as long as the machine is up. */
  readonly startTicks: number;
}

export interface ProcessUsage {
  readonly memoryBytes: number;
  /** `pss` divides shared pages among those who share them; `rss` counts them in full for each. */
  readonly memoryKind: 'pss' | 'rss';
  readonly cpuMs: number;
}

/** The processes that must never be signalled, whatever else is true. */
export interface OwnProcesses {
  readonly pid: number;
  readonly parentPid: number;
  /** `undefined` where the platform does not tell. */
  readonly groupId: number | undefined;
}

/** The kernel's view of processes. */
export interface ProcessTable {
  /** Identifies this boot; `undefined` on platforms without /proc, where nothing below can be told either. */
  readonly bootId: string | undefined;
  own(): OwnProcesses;
  stat(pid: number): ProcessStat | undefined;
  groupMembers(groupId: number): readonly ProcessStat[];
  /** Now, on the clock of `startTicks`. */
  uptimeTicks(): number | undefined;
  usage(pid: number): Promise<ProcessUsage | undefined>;
}

/** Reads /proc under `root`; a platform without it gets a table that knows nothing but our own pid and our parent's. */
export function createProcessTable(root = '/proc'): ProcessTable {
  const stat = (pid: number): ProcessStat | undefined => parseStat(readOr(`${root}/${pid}/stat`));
  return {
    bootId: readOr(`${root}/sys/kernel/random/boot_id`)?.trim(),
    own: () => ({ pid: process.pid, parentPid: process.ppid, groupId: stat(process.pid)?.groupId }),
    stat,
    groupMembers: (groupId) =>
      listPids(root)
        .map(stat)
        .filter((found): found is ProcessStat => found?.groupId === groupId),
    uptimeTicks: () => parseUptime(readOr(`${root}/uptime`)),
    usage: (pid) => readUsage(`${root}/${pid}`),
  };
}

/** Reads a line of /proc/<pid>/stat. The name, second field, may itself hold spaces and brackets: fields count from its end. */
export function parseStat(line: string | undefined): (ProcessStat & { readonly cpuMs: number }) | undefined {
  if (line === undefined) return undefined;
  const fields = line.slice(line.lastIndexOf(')') + 2).split(' ');
  const field = (number: number): number => Number(fields[number - 3]);
  const stat = {
    pid: Number.parseInt(line, 10),
    state: fields[0] ?? '',
    groupId: field(5),
    sessionId: field(6),
    startTicks: field(22),
    cpuMs: (field(14) + field(15)) * msPerTick,
  };
  return Number.isSafeInteger(stat.pid) && Number.isSafeInteger(stat.startTicks) ? stat : undefined;
}

function parseUptime(text: string | undefined): number | undefined {
  const seconds = Number.parseFloat(text ?? '');
  return Number.isFinite(seconds) ? Math.round(seconds * (1000 / msPerTick)) : undefined;
}

async function readUsage(folder: string): Promise<ProcessUsage | undefined> {
  const read = async (name: string): Promise<string> => readFile(`${folder}/${name}`, 'utf8').catch(() => '');
  const [statLine, rollup, status] = await Promise.all([read('stat'), read('smaps_rollup'), read('status')]);
  const cpuMs = parseStat(statLine)?.cpuMs;
  if (cpuMs === undefined) return undefined;
  const pssKib = /^Pss:\s+(\d+) kB/m.exec(rollup)?.[1];
  if (pssKib !== undefined) return { memoryBytes: Number(pssKib) * 1024, memoryKind: 'pss', cpuMs };
  const rssKib = /^VmRSS:\s+(\d+) kB/m.exec(status)?.[1] ?? '0';
  return { memoryBytes: Number(rssKib) * 1024, memoryKind: 'rss', cpuMs };
}

function listPids(root: string): readonly number[] {
  try {
    return readdirSync(root)
      .map(Number)
      .filter((pid) => Number.isSafeInteger(pid) && pid > 0);
  } catch {
    return [];
  }
}

function readOr(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
