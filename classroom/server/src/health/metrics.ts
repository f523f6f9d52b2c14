import type { Rooms } from '@rowhouse/classroom-runtime';
import type { LoopDelay, Metrics } from '@rowhouse/service';
import type { Store } from '../db/api.ts';
import type { Refusals } from '../http/refusals.ts';
import type { Figures } from './figures.ts';

/** What is counted as it happens. */
export interface Counts {
  readonly runsEnded: (reason: string) => void;
  readonly limitsReached: (limit: string) => void;
}

/** Registers everything of the classroom on `/metrics`. */
export function registerMetrics(
  metrics: Metrics,
  sources: {
    readonly figures: Figures;
    readonly rooms: Pick<Rooms, 'usage' | 'counts'>;
    readonly store: Pick<Store, 'status'>;
    readonly connections: () => number;
    readonly refusals: Pick<Refusals, 'counts'>;
    readonly loopDelay: LoopDelay;
  },
): Counts {
  const { figures, rooms, store, connections, refusals, loopDelay } = sources;
  const gauge = (name: string, help: string, value: () => number) =>
    metrics.read('gauge', `classroom_${name}`, help, value);
  gauge('users_active', 'People with an open room or page.', () => figures.health().users.active_count);
  gauge('users_max', 'People that are let in at once.', () => figures.health().users.max_allowed);
  gauge('connections', 'Open WebSockets.', connections);
  gauge('queue_length', 'Runs that wait for their turn.', () => rooms.counts().queued);
  gauge('file_operations', 'File operations under way.', () => rooms.counts().fileOperations);
  gauge('abandoned', 'Processes that nobody looks at and that do nothing.', () => rooms.counts().abandoned);
  gauge('rooms_memory_bytes', 'Proportional memory (PSS) of all rooms.', () =>
    rooms.usage().reduce((sum, { pssBytes }) => sum + pssBytes, 0),
  );
  gauge('cpu_percent', 'Processors of the machine in use.', () => figures.health().system.cpu_percent);
  gauge('memory_percent', 'Memory of the machine in use.', () => figures.health().system.memory_percent);
  gauge('database_up', '1 while the database answers.', () => Number(store.status().status === 'healthy'));
  gauge('database_records_queued', 'Records that wait to be written.', () => store.status().queued);
  gauge('file_system_up', '1 while the workspaces can be reached.', () =>
    Number(figures.health().file_system.status === 'healthy'),
  );
  gauge('loop_delay_worst_ms', 'Worst delay of the event loop since the last scrape.', () => loopDelay.takeWorstMs());
  metrics.readBy('gauge', 'classroom_processes', 'Processes of students.', 'kind', () => {
    const { scripts, repls, file_operations: files } = figures.systemStats().processes;
    return [
      ['script', scripts],
      ['repl', repls],
      ['file-operation', files],
    ] as const;
  });
  metrics.readBy('counter', 'classroom_refused_total', 'Requests that were told to try again later.', 'code', () =>
    refusals.counts(),
  );
  return {
    runsEnded: metrics.counter('classroom_runs_ended_total', 'Runs that ended.', 'reason'),
    limitsReached: metrics.counter('classroom_limits_reached_total', 'Limits that a run met.', 'limit'),
  };
}
