import { readdirSync, readFileSync } from 'node:fs';

/**
 * Makes a process slow for real: stops it and lets it go on, again and again, as a machine does that has too much to do.
 * @param pid a process that the caller started
 * @returns what ends it; the process runs on freely then
 */
export function stutter(pid: number, stoppedMs: number, runningMs: number): () => void {
  let timer: NodeJS.Timeout;
  const signal = (name: 'SIGSTOP' | 'SIGCONT') => {
    try {
      process.kill(pid, name);
    } catch {
      // it ended by itself
    }
  };
  const stop = () => {
    signal('SIGSTOP');
    timer = setTimeout(go, stoppedMs);
  };
  const go = () => {
    signal('SIGCONT');
    timer = setTimeout(stop, runningMs);
  };
  stop();
  return () => {
    clearTimeout(timer);
    signal('SIGCONT');
  };
}

/** Every process below `pid` whose command line contains `text`. */
export function descendants(pid: number, text: string): number[] {
  const children = new Map<number, number[]>();
  for (const name of readdirSync('/proc').filter((entry) => /^\d+$/.test(entry))) {
    const parent = parentOf(Number(name));
    if (parent !== undefined) children.set(parent, [...(children.get(parent) ?? []), Number(name)]);
  }
  const below = (one: number): number[] => (children.get(one) ?? []).flatMap((child) => [child, ...below(child)]);
  return below(pid).filter((one) => readOr(`/proc/${one}/cmdline`, '').includes(text));
}

function parentOf(pid: number): number | undefined {
  const parent = readOr(`/proc/${pid}/stat`, '').split(') ').at(-1)?.split(' ')[1];
  return parent === undefined ? undefined : Number(parent);
}

function readOr(file: string, otherwise: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return otherwise;
  }
}
