import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { discover, takeHouseholdTicket } from '../shared/household.ts';
import type { CrowdSettings } from '../shared/household-crowd.ts';
import { cpuSeconds, serverProcesses } from '../shared/processes.ts';
import { runProgram } from '../shared/programs.ts';
import { loopback } from '../shared/tickets.ts';
import { userProcesses } from '../shared/user-processes.ts';

/** Fifty computers that take all that their process can send. */
export interface Computers {
  /** Of the process that serves them. */
  readonly pid: number;
  /** What has arrived at them so far. */
  bytes(): number;
  stop(): Promise<void>;
}

const SESSIONS = 50;
const EVERY_MS = 20;
/** The adaptive mode has grown by then: from 200 Mbit/s to its end takes five rounds of a second, and a few to settle. */
const GROWN_MS = 9000;
const LONGEST_S = 60;
const BUSY = 0.9;
const MOST_WAITS = 10;
const CROWD = path.join(import.meta.dirname, '../shared/household-crowd.ts');

/** Starts them and waits until their process is busy, at most 20 s. */
export async function startComputers(
  options: { readonly mainPort: number; readonly supervisor: number; readonly firstAddress: number },
  undo: (step: () => unknown) => void,
): Promise<Computers> {
  const { mainPort, supervisor, firstAddress } = options;
  const from = loopback(firstAddress + SESSIONS);
  const { token } = await takeHouseholdTicket(mainPort, from);
  const { port } = await discover(mainPort, from, 'computer', token);
  const own = (await userProcesses(mainPort)).find((each) => each.port === port);
  const pid = own?.pid ?? serverProcesses(supervisor).main;

  const settings: CrowdSettings = {
    mainPort,
    households: SESSIONS,
    users: ['computer'],
    firstAddress,
    everyMs: EVERY_MS,
    seconds: LONGEST_S,
    request: { variant: '200', adaptive: true, baseOneWayMs: 0 },
  };
  const crowd = runProgram(CROWD, settings, 'background');
  undo(() => crowd.kill());
  await sleep(GROWN_MS);
  for (let waits = 0; waits < MOST_WAITS; waits += 1) {
    const beforeS = cpuSeconds(pid);
    await sleep(1000);
    if (cpuSeconds(pid) - beforeS >= BUSY) break;
  }
  return { pid, bytes: () => arrivedBytes(port), stop: () => crowd.kill() };
}

/** What the clients of a port have acknowledged on the connections that are open now. */
function arrivedBytes(port: number): number {
  const list = execFileSync('ss', ['-Htin', `( sport = :${port} )`], { encoding: 'utf8' });
  return [...list.matchAll(/bytes_acked:(\d+)/g)].reduce((sum, [, bytes]) => sum + Number(bytes), 0);
}
