import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { openFiles } from '../shared/processes.ts';

/** What the servers hold that belongs to tests, as the kernel sees it. */
export interface Holdings {
  /** Sockets of the servers' ports in any state but LISTEN and TIME-WAIT, orphans of the kernel included. */
  readonly connections: number;
  /** File descriptors of the processes. */
  readonly descriptors: number;
  /** Open regular files of theirs. */
  readonly files: number;
  /** Entries in the folder that the servers were given for temporary files. */
  readonly temporaryFiles: number;
}

export function holdings(pids: readonly number[], ports: readonly number[], temporaryFolder: string): Holdings {
  const filter = ports.map((port) => `sport = :${port}`).join(' or ');
  const list = execFileSync('ss', ['-Htan', 'exclude', 'listening', `( ${filter} )`], { encoding: 'utf8' });
  const open = pids.flatMap(openFiles);
  return {
    connections: list.split('\n').filter((line) => line !== '' && !line.startsWith('TIME-WAIT')).length,
    descriptors: open.length,
    files: open.filter((target) => target.startsWith('/') && !target.startsWith('/dev/')).length,
    temporaryFiles: readdirSync(temporaryFolder).length,
  };
}
