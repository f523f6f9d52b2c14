import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { HOUSEHOLD_PROFILES, type UserProfile } from '@rowhouse/bufferbloat-protocol';
import { type System, userProcesses } from '@rowhouse/e2e';
import { cpuSeconds, serverProcesses } from '../shared/processes.ts';
import { runProgram } from '../shared/programs.ts';
import type { ReadersSettings } from './readers.ts';

/** Fifty computers that take more than their process can send. */
export interface Computers {
  /** Of the process that serves them. */
  readonly pid: number;
  /** What has arrived at them so far. */
  bytes(): number;
  stop(): Promise<void>;
}

const SESSIONS = 50;
/** Fifty times the most that the adaptive mode gives a computer are not enough to keep a core busy; this is. */
const MBPS = 4000;
const USER_ID = 'fast-computer';
const BUSY = 0.9;
const MOST_WAITS = 10;

/** Writes the file that adds the user type to the household: the computer with a line of its own kind. */
export function writeFastComputer(file: string): void {
  const computer = HOUSEHOLD_PROFILES.find(({ id }) => id === 'computer');
  if (computer === undefined) throw new Error('the household has no computer');
  const { port: _port, variants: _variants, ...rest } = computer;
  const profile: UserProfile = {
    ...rest,
    id: USER_ID,
    name: 'Fast computer',
    downloadMbps: MBPS,
    streams: [
      { kind: 'bulk', flow: 'download', mbps: MBPS },
      { kind: 'bulk', flow: 'upload', mbps: 2 },
    ],
  };
  writeFileSync(file, JSON.stringify([profile]), { mode: 0o644 });
}

/** Starts them and waits until their process is busy, at most 12 s. */
export async function startComputers(
  system: System,
  firstAddress: number,
  undo: (step: () => unknown) => void,
): Promise<Computers> {
  const { mainPort } = system;
  const own = (await userProcesses(system)).find(({ userId }) => userId === USER_ID);
  const pid = own?.pid ?? serverProcesses(system.process.pid ?? 0).main;
  const settings: ReadersSettings = { mainPort, userId: USER_ID, sessions: SESSIONS, firstAddress };
  const readers = runProgram(path.join(import.meta.dirname, 'readers.ts'), settings, 'background');
  undo(() => readers.kill());
  await sleep(5000); // all fifty are up
  for (let waits = 0; waits < MOST_WAITS; waits += 1) {
    const beforeS = cpuSeconds(pid);
    await sleep(1000);
    if (cpuSeconds(pid) - beforeS >= BUSY) break;
  }
  return {
    pid,
    bytes: () => arrivedBytes(own?.port ?? mainPort),
    async stop() {
      if (readers.process.exitCode !== null) throw new Error('a session ended before its round did');
      await readers.kill();
    },
  };
}

/** What the clients of a port have acknowledged on the connections that are open now. */
function arrivedBytes(port: number): number {
  const list = execFileSync('ss', ['-Htin', `( sport = :${port} )`], { encoding: 'utf8' });
  return [...list.matchAll(/bytes_acked:(\d+)/g)].reduce((sum, [, bytes]) => sum + Number(bytes), 0);
}
