import type { Clock } from './clock.ts';
import { requireCount } from './child-spec.ts';
import { SupervisorError } from './errors.ts';
import type { ProcessTable, ProcessUsage } from './process-table.ts';

/** Most processes at once; what is not given is not limited. */
export interface RegistryLimits {
  readonly total?: number;
  /** For every owner. */
  readonly perOwner?: number;
  readonly perKind?: Readonly<Record<string, number>>;
}

export interface ProcessEntry {
  readonly pid: number;
  readonly owner: string;
  readonly kind: string;
  readonly command: string;
  /** The process leads a group and session of its own, made for it when it was started. */
  readonly leadsGroup: boolean;
}

export interface ProcessRecord extends ProcessEntry {
  /** `undefined`, like `bootId`, on platforms without /proc. */
  readonly startTicks: number | undefined;
  readonly bootId: string | undefined;
  /** Milliseconds since 1970. */
  readonly registeredAtMs: number;
  readonly lastActivityMs: number;
  /** Set once the process has ended, while what is left of its group is being cleared away. */
  readonly exitedTicks?: number;
  readonly exited: boolean;
}

/** The processes that are ours. What is not in here is never signalled. */
export interface ProcessRegistry {
  /** Throws ERR_REGISTRY_LIMIT, naming the limit and its value, when one more process would exceed it. */
  admit(owner: string, kind: string): void;
  /** Admits and records a running process. Throws ERR_REGISTRY_LIMIT, or ERR_REGISTRY_PROCESS when it cannot be ours. */
  register(entry: ProcessEntry): ProcessRecord;
  /** The process has ended (its parent has collected it), but its group may live on. */
  markExited(pid: number): void;
  unregister(pid: number): void;
  /** Notes that the process did something for its owner just now. */
  touch(pid: number): void;
  find(pid: number): ProcessRecord | undefined;
  list(): readonly ProcessRecord[];
  /** Memory and CPU now; `undefined` when the process is gone or the platform does not tell. */
  usage(pid: number): Promise<ProcessUsage | undefined>;
}

/** Throws ERR_SUPERVISOR_OPTION when a limit is not a whole number of at least 0. */
export function createRegistry(options: {
  readonly limits: RegistryLimits;
  readonly table: ProcessTable;
  readonly clock: Clock;
}): ProcessRegistry {
  const { limits, table, clock } = options;
  validateLimits(limits);
  const records = new Map<number, ProcessRecord>();

  const admit = (owner: string, kind: string): void => {
    const living = [...records.values()].filter((record) => !record.exited);
    const check = (limit: 'total' | 'owner' | 'kind', name: string, value: number | undefined, count: number) => {
      if (value !== undefined && count >= value)
        throw new SupervisorError('ERR_REGISTRY_LIMIT', { limit, name, value });
    };
    check('total', '', limits.total, living.length);
    check('owner', owner, limits.perOwner, living.filter((record) => record.owner === owner).length);
    check('kind', kind, ownLimit(limits, kind), living.filter((record) => record.kind === kind).length);
  };

  const update = (pid: number, change: Partial<ProcessRecord>): void => {
    const record = records.get(pid);
    if (record !== undefined) records.set(pid, { ...record, ...change });
  };

  return {
    admit,
    register(entry) {
      admit(entry.owner, entry.kind);
      const startTicks = identify(entry, table, records.get(entry.pid));
      const nowMs = clock.epochMs();
      const { bootId } = table;
      const record = { ...entry, startTicks, bootId, registeredAtMs: nowMs, lastActivityMs: nowMs, exited: false };
      records.set(entry.pid, record);
      return record;
    },
    markExited(pid) {
      const exitedTicks = table.uptimeTicks();
      update(pid, { exited: true, ...(exitedTicks === undefined ? {} : { exitedTicks }) });
    },
    unregister: (pid) => void records.delete(pid),
    touch: (pid) => update(pid, { lastActivityMs: clock.epochMs() }),
    find: (pid) => records.get(pid),
    list: () => [...records.values()],
    async usage(pid) {
      const record = records.get(pid);
      const usage = await table.usage(pid);
      // Compared after reading, so that the figures cannot be those of a later process with the same number.
      return record !== undefined && table.stat(pid)?.startTicks === record.startTicks ? usage : undefined;
    },
  };
}

function identify(entry: ProcessEntry, table: ProcessTable, known: ProcessRecord | undefined): number | undefined {
  const refuse = (reason: string) => new SupervisorError('ERR_REGISTRY_PROCESS', { pid: entry.pid, reason });
  const own = table.own();
  if (!Number.isSafeInteger(entry.pid) || entry.pid <= 1) throw refuse('not a process number above 1');
  if (entry.pid === own.pid || entry.pid === own.parentPid || entry.pid === own.groupId) {
    throw refuse('it is this process, its parent or the leader of its group');
  }
  if (known !== undefined && !known.exited) throw refuse('it is registered already');
  if (table.bootId === undefined) return undefined;
  const stat = table.stat(entry.pid);
  if (stat === undefined) throw refuse('there is no such process');
  if (entry.leadsGroup && (stat.groupId !== entry.pid || stat.sessionId !== entry.pid)) {
    throw refuse('it does not lead a group and session of its own');
  }
  return stat.startTicks;
}

function ownLimit(limits: RegistryLimits, kind: string): number | undefined {
  return limits.perKind !== undefined && Object.hasOwn(limits.perKind, kind) ? limits.perKind[kind] : undefined;
}

function validateLimits({ total, perOwner, perKind }: RegistryLimits): void {
  if (total !== undefined) requireCount('limits.total', total, 0);
  if (perOwner !== undefined) requireCount('limits.perOwner', perOwner, 0);
  for (const [kind, value] of Object.entries(perKind ?? {})) requireCount(`limits.perKind.${kind}`, value, 0);
}
