import { readFileSync } from 'node:fs';

/** Of /proc/<pid>/status, what tells whose process it is. */
export interface ProcessIdentity {
  readonly parentPid: number;
  /** Real, effective, saved and file system user; all the same for a student's process. */
  readonly uids: readonly number[];
  /** As its own pid namespace counts. */
  readonly innerPid: number;
}

export function readIdentity(pid: number): ProcessIdentity | undefined {
  let text: string;
  try {
    text = readFileSync(`/proc/${pid}/status`, 'utf8');
  } catch {
    return undefined;
  }
  return parseIdentity(text, pid);
}

/** A process may choose its name, the first line; newlines in it are escaped, and only whole lines count here. */
export function parseIdentity(status: string, pid: number): ProcessIdentity | undefined {
  const line = (name: string): readonly number[] | undefined =>
    new RegExp(`^${name}:\\s+([\\d\\s]+)$`, 'm').exec(status)?.[1]?.trim().split(/\s+/).map(Number);
  const parentPid = line('PPid')?.[0];
  const uids = line('Uid');
  if (parentPid === undefined || uids === undefined) return undefined;
  return { parentPid, uids, innerPid: line('NSpid')?.at(-1) ?? pid };
}
