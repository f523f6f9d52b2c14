import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { HOUSEHOLD_PROFILES } from '@rowhouse/bufferbloat-protocol';
import { LabError } from './errors.ts';
import type { Lab } from './lab.ts';
import { endProcess } from './processes.ts';

// The product as it is shipped: the built programs, started as a person would start them.
const SERVER = fileURLToPath(new URL('../../server/dist/main.js', import.meta.url));

/** The terminal client, as built. */
export const TERMINAL_CLIENT = fileURLToPath(new URL('../../cli/dist/main.js', import.meta.url));

/** Ports on which the server takes load, probes and the household's users when nothing else is said. */
export const SERVER_PORTS = {
  loadPorts: [8000],
  probePorts: [8005],
  userPorts: HOUSEHOLD_PROFILES.flatMap(({ port }) => port ?? []),
} as const;

export function serverUrl(lab: Lab): string {
  return `http://${lab.serverAddress}:${SERVER_PORTS.loadPorts[0]}`;
}

/** Starts the Rowhouse server at the server's end; resolves when it says that it is healthy. */
export async function startServer(lab: Lab): Promise<{ stop(): Promise<void> }> {
  const server = lab.spawn('server', process.execPath, [SERVER, '--host', lab.serverAddress]);
  await whenHealthy(server);
  return { stop: () => endProcess(server, 5000) };
}

async function whenHealthy(server: ChildProcess): Promise<void> {
  let complaint = '';
  server.stderr?.on('data', (chunk: Buffer) => {
    complaint += chunk.toString();
  });
  const healthy = new Promise<void>((resolve) => {
    if (server.stdout === null) return;
    createInterface(server.stdout).on('line', (line) => {
      if (line.startsWith('healthy')) resolve();
    });
  });
  const ended = once(server, 'exit').then(() => {
    throw new LabError('program-failed', `the server ended at start: ${complaint.trim().split('\n')[0] ?? ''}`);
  });
  await Promise.race([healthy, ended]);
  ended.catch(() => {}); // from now on its end is the business of whoever stops it
}
