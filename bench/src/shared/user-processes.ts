import { readFileSync } from 'node:fs';
import { commandLine, family, openFiles } from './processes.ts';

/** A process of the household. */
export interface UserProcess {
  readonly pid: number;
  readonly port: number;
}

const PROGRAM = '/household/main.';
const LISTEN = '0A';

/** The household's processes below the supervisor that listen by now, by their port. */
export function userProcesses(supervisor: number): UserProcess[] {
  return family(supervisor)
    .filter((pid) => commandLine(pid).includes(PROGRAM))
    .flatMap((pid) => listeningPorts(pid).map((port) => ({ pid, port })));
}

/** TCP ports on which a process listens, as the kernel lists them. */
function listeningPorts(pid: number): number[] {
  const sockets = new Set(openFiles(pid));
  const ports = ['tcp', 'tcp6'].flatMap((table) =>
    readFileSync(`/proc/net/${table}`, 'utf8')
      .split('\n')
      .slice(1)
      .flatMap((line) => {
        const [, local = '', , state, , , , , , inode] = line.trim().split(/\s+/);
        const listens = state === LISTEN && sockets.has(`socket:[${inode}]`);
        return listens ? [Number.parseInt(local.split(':')[1] ?? '', 16)] : [];
      }),
  );
  return [...new Set(ports)];
}
