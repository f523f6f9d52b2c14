import { setTimeout as sleep } from 'node:timers/promises';
import {
  createProcessTable,
  createRegistry,
  createSafeSignal,
  type ProcessRegistry,
  type ProcessTable,
  type SafeSignal,
  systemClock,
} from '@rowhouse/supervisor';

/** The processes of rooms, and the only way in which the launcher ends any. */
export interface Processes {
  readonly table: ProcessTable;
  readonly registry: ProcessRegistry;
  readonly safeSignal: SafeSignal;
}

export function createProcesses(): Processes {
  const table = createProcessTable();
  const registry = createRegistry({ limits: {}, table, clock: systemClock });
  return { table, registry, safeSignal: createSafeSignal({ registry, table }) };
}

/**
 * Ends one process, if it is the one that is meant.
 *
 * @param isOurs asked after the process's identity was taken down and before it is signalled: what is true in between
 *   is true of this very process, whoever else may get its number later
 */
export function endProcess(processes: Processes, owner: string, pid: number, isOurs: () => boolean): boolean {
  const { registry, safeSignal } = processes;
  const known = registry.find(pid) !== undefined;
  if (!known) {
    try {
      registry.register({ pid, owner, kind: 'run', command: '', leadsGroup: false });
    } catch {
      return false; // gone, or not one that may ever be signalled
    }
  }
  const sent = isOurs() && safeSignal(pid, 'SIGKILL', 'process').sent;
  if (!known) registry.unregister(pid);
  return sent;
}

/** Whether a registered process still does anything; one that has ended may wait long to be collected by its parent. */
export function lives({ registry, table }: Processes, pid: number): boolean {
  const stat = table.stat(pid);
  if (stat === undefined || stat.startTicks !== registry.find(pid)?.startTicks) return false;
  return stat.state !== 'Z' && stat.state !== 'X';
}

/** Asks ever less often, at first every millisecond. @returns whether it came true in time */
export async function until(isSo: () => boolean, timeoutMs: number): Promise<boolean> {
  const end = performance.now() + timeoutMs;
  for (let pauseMs = 1; !isSo(); pauseMs = Math.min(pauseMs * 2, 50)) {
    if (performance.now() >= end) return false;
    await sleep(pauseMs);
  }
  return true;
}
