import type { Capacity } from '@rowhouse/classroom-runtime';
import type { Config } from '../config.ts';
import type { Figures } from './figures.ts';
import { type MachineSize, type Tier, tierNamed, tierOf } from './tiers.ts';
import { usersOn } from './users-on.ts';

const MIB = 1024 ** 2;
const GIB = 1024 ** 3;

/** A teacher, an administrator and 38 students: a demo that turned half of them away would show nothing. */
const DEMO_USERS = 40;
/** Kept for the server, the database and the system (requirement C4). */
const KEPT_BYTES = GIB;
const MEMORY_SHARE = 0.85;
const LEAST_MEMORY_BYTES = 512 * MIB;
const RUNS_PER_USER = 2;
const PROCESSES_PER_USER = 3;

export interface ResolvedCapacity {
  readonly capacity: Capacity;
  readonly processesTotal: number;
  readonly tier: Tier;
  /** Where the number of students comes from: a word for the health summary. */
  readonly usersFrom: 'configured' | 'demo' | 'measured' | 'tier';
}

/** What the machine is let carry: what was set, else what was measured, else what the documents say of its size. */
export function resolveCapacity(
  config: Pick<Config, 'tier' | 'maxUsers' | 'maxActiveRuns' | 'memoryMiB' | 'queueS' | 'demo' | 'limits'>,
  machine: MachineSize,
  measured: Figures | undefined,
): ResolvedCapacity {
  const tier = config.tier === 'auto' ? tierOf(machine) : tierNamed(config.tier);
  const { users, from } = usersOf(config, machine, tier, measured);
  const own = from !== 'tier';
  const activeRuns = own ? Math.max(tier.activeRuns, users * RUNS_PER_USER) : tier.activeRuns;
  const free = machine.memoryBytes * MEMORY_SHARE - KEPT_BYTES;
  return {
    tier,
    usersFrom: from,
    processesTotal: config.limits.processesTotal || Math.max(activeRuns, users * PROCESSES_PER_USER),
    capacity: {
      maxUsers: users,
      maxActiveRuns: config.maxActiveRuns || activeRuns,
      memoryBytes: config.memoryMiB * MIB || Math.max(LEAST_MEMORY_BYTES, Math.floor(free)),
      queueMs: config.queueS * 1000,
    },
  };
}

function usersOf(
  config: Pick<Config, 'tier' | 'maxUsers' | 'demo'>,
  machine: MachineSize,
  tier: Tier,
  measured: Figures | undefined,
): { users: number; from: ResolvedCapacity['usersFrom'] } {
  if (config.maxUsers > 0) return { users: config.maxUsers, from: 'configured' };
  // A tier that was named is an answer of its own.
  const found =
    config.tier === 'auto' && measured
      ? { users: usersOn(machine, measured), from: 'measured' as const }
      : { users: tier.users, from: 'tier' as const };
  if (config.demo && found.users < DEMO_USERS) return { users: DEMO_USERS, from: 'demo' };
  return found;
}
