import { setTimeout as sleep } from 'node:timers/promises';
import { commandLine, family } from '../shared/processes.ts';

const LOOK_MS = 20;

/** PostgreSQL's processes below a supervisor. */
export function postgresProcesses(supervisor: number): number[] {
  return family(supervisor).filter((pid) => /(^|\/)postgres(:| |$)/.test(commandLine(pid)));
}

/** It answers nobody: each of its processes is stopped, later continued. */
export async function hang(supervisor: number, ms: number): Promise<void> {
  const stopped = new Set<number>();
  const endMs = performance.now() + ms;
  while (performance.now() < endMs) {
    for (const pid of postgresProcesses(supervisor)) {
      if (stopped.has(pid)) continue;
      signal(pid, 'SIGSTOP');
      stopped.add(pid);
    }
    await sleep(LOOK_MS);
  }
  for (const pid of stopped) signal(pid, 'SIGCONT');
}

/** It is gone: each of its processes is killed, and each that is started in its place. */
export async function gone(supervisor: number, ms: number): Promise<void> {
  const endMs = performance.now() + ms;
  while (performance.now() < endMs) {
    for (const pid of postgresProcesses(supervisor)) signal(pid, 'SIGKILL');
    await sleep(LOOK_MS);
  }
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // ended meanwhile
  }
}
