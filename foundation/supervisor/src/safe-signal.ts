import process from 'node:process';
import type { ProcessStat, ProcessTable } from './process-table.ts';
import type { ProcessRecord, ProcessRegistry } from './registry.ts';

const allowedSignals = ['SIGTERM', 'SIGKILL', 'SIGINT'] as const;

export type SafeSignalName = (typeof allowedSignals)[number];

/** One process, or the whole group that it leads. */
export type SignalScope = 'process' | 'group';

export type SignalRefusal =
  | 'not-a-pid'
  | 'not-a-signal'
  | 'not-a-scope'
  | 'self'
  | 'parent'
  | 'own-group'
  | 'not-registered'
  | 'recycled'
  | 'not-a-group-leader'
  | 'unverifiable'
  | 'gone'
  | 'not-permitted';

export type SignalOutcome = { readonly sent: true } | { readonly sent: false; readonly reason: SignalRefusal };

/**
 * Signals a registered process or its group, or says why not; never throws. `pid` is the number of a registered process
 * (for a group: of its leader, which may have ended): negative numbers and 0, which kill(2) would understand in its own
 * way, are refused like everything else that is not exactly such a number.
 */
export type SafeSignal = (pid: number, signal: SafeSignalName, scope: SignalScope) => SignalOutcome;

/**
 * The only way in which this library signals anything. Between the check of /proc and the signal no process can take
 * the place of a living child of ours: the number of a child stays taken until its parent collects it, and the parent,
 * this process, is busy right here.
 */
export function createSafeSignal(world: {
  readonly registry: ProcessRegistry;
  readonly table: ProcessTable;
  /** As kill(2): tests watch what would be sent. */
  readonly kill?: (pid: number, signal: SafeSignalName | 0) => void;
}): SafeSignal {
  const { registry, table, kill = (pid, signal) => void process.kill(pid, signal) } = world;

  const deliver = (target: number, signal: SafeSignalName | 0): SignalOutcome => {
    try {
      kill(target, signal);
      return { sent: true };
    } catch (error) {
      return refuse((error as NodeJS.ErrnoException).code === 'ESRCH' ? 'gone' : 'not-permitted');
    }
  };

  return (pid, signal, scope) => {
    if (!Number.isSafeInteger(pid) || pid <= 1) return refuse('not-a-pid');
    if (!allowedSignals.includes(signal)) return refuse('not-a-signal');
    if (scope !== 'process' && scope !== 'group') return refuse('not-a-scope');
    const own = table.own();
    if (pid === own.pid) return refuse('self');
    if (pid === own.parentPid) return refuse('parent');
    if (pid === own.groupId) return refuse('own-group');
    const record = registry.find(pid);
    if (record === undefined) return refuse('not-registered');
    if (scope === 'group' && !record.leadsGroup) return refuse('not-a-group-leader');
    const target = scope === 'group' ? -pid : pid;
    if (!record.exited) return checkLiving(record, table) ?? deliver(target, signal);
    if (scope === 'process') return refuse('gone');
    // Signal 0 delivers nothing. It spares a search through all processes in the usual case: nothing is left.
    const left = deliver(target, 0);
    return left.sent ? (checkRemains(record, table) ?? deliver(target, signal)) : left;
  };
}

/** Why the living process `record` must not be signalled; `undefined` when it may. */
function checkLiving(record: ProcessRecord, table: ProcessTable): SignalOutcome | undefined {
  // Without /proc the argument above must do: a child that its parent has not collected keeps its number.
  if (record.bootId === undefined) return table.bootId === undefined ? undefined : refuse('unverifiable');
  const stat = table.stat(record.pid);
  if (stat === undefined) return refuse('gone');
  if (record.bootId !== table.bootId || stat.startTicks !== record.startTicks) return refuse('recycled');
  const leads = stat.groupId === record.pid && stat.sessionId === record.pid;
  return record.leadsGroup && !leads ? refuse('not-a-group-leader') : undefined;
}

/**
 * Why the group that the ended process `record` left behind must not be signalled; `undefined` when it may. The kernel
 * gives no process a number that still names a group. So one member from before the leader's end proves that the
 * group has been ours all the time, and with it every other member.
 */
function checkRemains(record: ProcessRecord, table: ProcessTable): SignalOutcome | undefined {
  const { pid, bootId, exitedTicks } = record;
  if (bootId === undefined || bootId !== table.bootId || exitedTicks === undefined) return refuse('unverifiable');
  const own = table.own();
  const members = table.groupMembers(pid);
  if (members.some((member) => isOwn(member, own.pid, own.parentPid))) return refuse('own-group');
  if (members.some((member) => member.pid === pid)) return refuse('recycled');
  if (members.every(isDead)) return refuse('gone');
  const proven = members.some((member) => member.sessionId === pid && member.startTicks <= exitedTicks);
  return proven ? undefined : refuse('recycled');
}

function isOwn(member: ProcessStat, pid: number, parentPid: number): boolean {
  return member.pid === pid || member.pid === parentPid;
}

function isDead(member: ProcessStat): boolean {
  return member.state === 'Z' || member.state === 'X';
}

function refuse(reason: SignalRefusal): SignalOutcome {
  return { sent: false, reason };
}
