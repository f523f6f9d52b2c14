import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** One mounted hierarchy of cgroups, from our own group in it downwards. */
export interface Hierarchy {
  /** Our group, `…/rowhouse-classroom-<instance>`. */
  readonly root: string;
}

export const roomFolder = (hierarchy: Hierarchy, room: string, leaf?: string): string =>
  path.join(hierarchy.root, `room-${room}`, ...(leaf === undefined ? [] : [leaf]));

export function makeGroup(folder: string): void {
  mkdirSync(folder, { recursive: true });
}

export function addProcess(folder: string, pid: number): void {
  writeFileSync(path.join(folder, 'cgroup.procs'), String(pid));
}

/** Those of the group and of all groups in it; a group that is gone holds none. */
export function processesIn(folder: string): number[] {
  const own = readText(path.join(folder, 'cgroup.procs')).split('\n').map(Number);
  return [...own.filter((pid) => pid > 0), ...groupsIn(folder).flatMap((name) => processesIn(path.join(folder, name)))];
}

export function groupsIn(folder: string): string[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => entry.name);
  } catch {
    return [];
  }
}

/** Removes the group with all groups in it. @returns false when one of them still holds something */
export function removeGroup(folder: string): boolean {
  const emptied = groupsIn(folder).map((name) => removeGroup(path.join(folder, name)));
  try {
    rmdirSync(folder);
  } catch {
    return !existsSync(folder);
  }
  return emptied.every(Boolean);
}

/** The text of a file, empty where there is none. */
export function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

/** @returns whether the kernel took it */
export function tryWrite(file: string, text: string): boolean {
  try {
    writeFileSync(file, text, { flag: 'r+' });
    return true;
  } catch {
    return false;
  }
}

/** The number behind `name` in lines of `name number`. */
export function field(text: string, name: string): number | undefined {
  for (const line of text.split('\n')) {
    const [key, value] = line.split(' ');
    if (key === name && value !== undefined) return Number(value);
  }
  return undefined;
}

/** The machine has none. */
export const noSwap = (): boolean => readText('/proc/swaps').trim().split('\n').length <= 1;
