import type { ProcessEnd, ProcessInfo } from '@rowhouse/classroom-protocol';
import type { RoomsEvent } from '@rowhouse/classroom-runtime';
import type { Logger } from '@rowhouse/service';
import type { Clock, ProcessTable } from '@rowhouse/supervisor';
import type { Store } from '../db/api.ts';
import type { Counts } from '../health/metrics.ts';

export interface Recorder {
  onEvent(event: RoomsEvent): void;
  /** As this machine counts; `null` once it has ended. */
  pidOf(process: string): number | null;
}

/** Writes down what happens in rooms: in the database, in the counts and in the log. */
export function createRecorder(deps: {
  readonly store: Store;
  readonly clock: Clock;
  readonly table: ProcessTable;
  readonly log: Logger;
  readonly counts: () => Counts | undefined;
}): Recorder {
  const { store, clock, table, log } = deps;
  const pids = new Map<string, number>();

  const started = (process: ProcessInfo, pid: number) => {
    pids.set(process.id, pid);
    store.processStarted({
      id: process.id,
      account: process.owner,
      kind: process.kind,
      file: process.file,
      startedAtMs: process.startedAtMs,
      pid,
      startTicks: table.stat(pid)?.startTicks ?? null,
      bootId: table.bootId ?? null,
    });
  };
  const ended = (process: ProcessInfo, end: ProcessEnd) => {
    pids.delete(process.id);
    store.processEnded({
      id: process.id,
      endedAtMs: clock.epochMs(),
      reason: end.reason,
      exitCode: end.exitCode,
      cpuMs: end.cpuMs,
      peakMemoryBytes: end.peakMemoryBytes,
    });
    deps.counts()?.runsEnded(end.reason);
  };

  return {
    onEvent(event) {
      switch (event.type) {
        case 'process-started':
          return started(event.process, event.pid);
        case 'abandon-warning':
          return undefined; // its student's pages hear of it
        case 'process-ended':
          return ended(event.process, event.end);
        case 'limit-reached': {
          const { owner, limit, message } = event;
          deps.counts()?.limitsReached(limit);
          return store.limitReached({ account: owner, limit, message, atMs: clock.epochMs() });
        }
        case 'room-opened':
          return log.info({ room: event.owner, tookMs: event.tookMs }, 'room opened');
        case 'room-closed':
          return log.info({ room: event.owner, reason: event.reason }, 'room closed');
        default:
          return event satisfies never;
      }
    },
    pidOf: (process) => pids.get(process) ?? null,
  };
}

/** Closes the records of an earlier life of the server that ended without closing them. */
export async function closeOldRecords(
  store: Store,
  nowMs: number,
  isOurs: (process: string) => boolean,
): Promise<number> {
  const open = (await store.openProcesses()).filter(({ id }) => !isOurs(id));
  for (const { id } of open) {
    store.processEnded({
      id,
      endedAtMs: nowMs,
      reason: 'server-stopped',
      exitCode: null,
      cpuMs: 0,
      peakMemoryBytes: null,
    });
  }
  return open.length;
}
