import { readdirSync, readFileSync } from 'node:fs';

/** The namespaces of a lab; `edge` exists only on a link with a base round trip. */
export type Place = 'client' | 'router' | 'edge' | 'server';

/** Where `ip netns` keeps its names. */
export const NETNS_FOLDER = '/run/netns';

const NAME = /^(rhlab-(\d+)-(\d+)-\d+)-(?:client|router|edge|server)$/;

let opened = 0;

/** A name for a new lab that tells whose it is: a process id may be reused, its start time with it may not. */
export function newLabName(): string {
  opened += 1;
  return `rhlab-${process.pid}-${startTimeTicks(process.pid) ?? 0}-${opened}`;
}

export function namespaceName(lab: string, place: Place): string {
  return `${lab}-${place}`;
}

/** Names of all labs that have a namespace here, and whether the process that opened each one still lives. */
export function existingLabs(): { readonly lab: string; readonly ownerLives: boolean }[] {
  const labs = new Map<string, boolean>();
  for (const name of namespaces()) {
    const [, lab, pid, ticks] = NAME.exec(name) ?? [];
    if (lab !== undefined) labs.set(lab, startTimeTicks(Number(pid)) === Number(ticks));
  }
  return [...labs].map(([lab, ownerLives]) => ({ lab, ownerLives }));
}

function namespaces(): string[] {
  try {
    return readdirSync(NETNS_FOLDER);
  } catch {
    return []; // the folder appears with the first namespace
  }
}

function startTimeTicks(pid: number): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The command name in parentheses may itself hold spaces and parentheses; the start time is the 20th field after it.
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]);
  } catch {
    return undefined;
  }
}
