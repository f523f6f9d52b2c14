// Whole households in a process of their own: each takes a ticket and goes through a test with some of its users.
import { setTimeout as sleep } from 'node:timers/promises';
import { takeHouseholdTicket } from './household.ts';
import type { HouseholdSession, StartRequest } from './household-session.ts';
import { visit, type Visit } from './household-visit.ts';
import { programSettings } from './programs.ts';
import { loopback } from './tickets.ts';

export interface CrowdSettings {
  readonly mainPort: number;
  readonly households: number;
  /** User types that each of them has. */
  readonly users: readonly string[];
  /** Number of the first household's loopback address; every household has one of its own. */
  readonly firstAddress: number;
  /** From one household's arrival to the next one's. */
  readonly everyMs: number;
  /** How long each has traffic. */
  readonly seconds: number;
  readonly request: StartRequest;
}

/** The crowd's program, for `runProgram`; it prints its `CrowdResult`. */
export interface CrowdResult {
  readonly visits: readonly Visit[];
  /** Households that were not given a ticket. */
  readonly refusals: readonly string[];
  /** CPU seconds that these clients used per second. */
  readonly cpu: number;
}

const STEP_MS = 4;

const { mainPort, households, users, firstAddress, everyMs, seconds, request } = programSettings<CrowdSettings>();
const sessions = new Set<HouseholdSession>();
const stepping = setInterval(() => {
  for (const session of sessions) {
    if (session.ended === undefined) session.step();
    else sessions.delete(session);
  }
}, STEP_MS);

const refusals: string[] = [];

async function household(number: number): Promise<Visit[]> {
  await sleep(number * everyMs);
  const from = loopback(firstAddress + number);
  try {
    const { token } = await takeHouseholdTicket(mainPort, from);
    const onSession = (session: HouseholdSession) => void sessions.add(session);
    return await Promise.all(
      users.map((userId) => visit({ mainPort, from, token, userId, seconds, request, onSession })),
    );
  } catch (error) {
    refusals.push(error instanceof Error ? error.message : String(error));
    return [];
  }
}

const visits = (await Promise.all(Array.from({ length: households }, (_, number) => household(number)))).flat();
clearInterval(stepping);
const { user, system } = process.cpuUsage();
const result: CrowdResult = { visits, refusals, cpu: (user + system) / 1e6 / process.uptime() };
process.stdout.write(JSON.stringify(result), () => process.exit());
