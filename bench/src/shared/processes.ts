import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** Resident memory of one process, in bytes; `pss` counts a page shared by n processes as 1/n. */
export interface Memory {
  readonly rssBytes: number;
  readonly pssBytes: number;
}

/** A process with all below it, as /proc shows it now. */
export function family(pid: number): number[] {
  return [pid, ...childrenOf(pid).flatMap(family)];
}

function childrenOf(pid: number): number[] {
  try {
    return readdirSync(`/proc/${pid}/task`).flatMap((task) =>
      readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8').split(' ').filter(Boolean).map(Number),
    );
  } catch {
    return []; // gone meanwhile
  }
}

/** The command line of a process, its arguments joined by spaces; empty when it is gone. */
export function commandLine(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
  } catch {
    return '';
  }
}

/** `undefined` when the process is gone. */
export function memoryOf(pid: number): Memory | undefined {
  try {
    const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
    const bytes = (key: string) => Number(new RegExp(`^${key}:\\s+(\\d+) kB`, 'm').exec(rollup)?.[1] ?? 0) * 1024;
    return { rssBytes: bytes('Rss'), pssBytes: bytes('Pss') };
  } catch {
    return undefined;
  }
}

/** CPU seconds that a process has used so far, user and system; 0 when it is gone. */
export function cpuSeconds(pid: number): number {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
    return (Number(fields[11]) + Number(fields[12])) / 100; // USER_HZ is 100 on every Linux that Node supports
  } catch {
    return 0;
  }
}

/** What the file descriptors of a process point at (`socket:[1234]`, `/path`, `anon_inode:[eventpoll]`). */
export function openFiles(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
      try {
        return [readlinkSync(`/proc/${pid}/fd/${fd}`)];
      } catch {
        return []; // closed meanwhile
      }
    });
  } catch {
    return [];
  }
}

/** The processes of the running product. */
export interface ServerProcesses {
  readonly supervisor: number;
  readonly main: number;
  readonly ping: number;
}

/** @throws Error when one of them is not there */
export function serverProcesses(supervisor: number): ServerProcesses {
  const all = family(supervisor);
  const find = (name: string) => {
    const pid = all.find((each) => each !== supervisor && commandLine(each).includes(name));
    if (pid === undefined) throw new Error(`no process below ${supervisor} has ${name} in its command line`);
    return pid;
  };
  return { supervisor, main: find('/main-server/main.'), ping: find('/ping/main.') };
}
