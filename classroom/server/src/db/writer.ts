import type { Logger } from '@rowhouse/service';
import type { Clock } from '@rowhouse/supervisor';
import { ClassroomError } from '../http/errors.ts';
import type { SessionActivity } from './api.ts';
import type { Keeper } from './keeper.ts';
import { createBoundedQueue } from './queue.ts';
import { type Queued, writeActivities, writeQueued } from './records.ts';

/** About 5 MB: an hour without the database at a class's pace. */
const PLACES = 20_000;
/** Session ids with something to tell. */
const ACTIVITY_PLACES = 5_000;
const BATCH = 100;
/** What comes within shares a transaction. */
const GATHER_MS = 30;
const ACTIVITY_MS = 5_000;
/** After an error that is neither ours nor the database's being away. */
const RETRY_MS = 1_000;

/** Writes what is recorded, in order, as soon as the database lets it; nobody waits for it. */
export interface Writer {
  push(queued: Queued): void;
  activity(record: SessionActivity): void;
  counts(): { readonly queued: number; readonly dropped: number };
  /** Writes now what there is. @returns whether all of it was written */
  flush(): Promise<boolean>;
  stop(): void;
}

/** The machine's for how soon, the class's for how often. */
interface Clocks {
  readonly clock: Clock;
  readonly classClock: Clock;
}

export function createWriter(keeper: Keeper, { clock, classClock }: Clocks, log: Logger): Writer {
  const queue = createBoundedQueue<Queued>(PLACES);
  const activities = new Map<string, SessionActivity>();
  let running: Promise<boolean> | undefined;
  let cancelSoon: (() => void) | undefined;
  let cancelActivity: (() => void) | undefined;
  let refused = 0;

  const writeBatch = async () => {
    const batch = queue.peek(BATCH);
    try {
      await keeper.query((db) =>
        db.transaction().execute(async (transaction) => {
          for (const queued of batch) await writeQueued(transaction, queued);
        }),
      );
    } catch (error) {
      if (error instanceof ClassroomError) throw error;
      await writeSingly(batch); // one of them is not to the database's taste
    }
    queue.remove(batch.length);
  };

  const writeSingly = async (batch: readonly Queued[]) => {
    for (const queued of batch) {
      try {
        await keeper.query((db) => writeQueued(db, queued));
      } catch (error) {
        if (error instanceof ClassroomError) throw error;
        refused += 1;
        log.error({ err: error, kind: queued.kind }, 'the database refused a record');
      }
    }
  };

  const writeAllActivities = async () => {
    const records = [...activities.values()];
    if (records.length === 0) return;
    await keeper.query((db) => writeActivities(db, records));
    for (const record of records) if (activities.get(record.session) === record) activities.delete(record.session);
  };

  const run = async (): Promise<boolean> => {
    try {
      while (queue.length > 0) await writeBatch();
      await writeAllActivities();
      return true;
    } catch (error) {
      if (!(error instanceof ClassroomError)) log.error({ err: error }, 'records could not be written');
      soon(RETRY_MS);
      return false;
    }
  };

  const flush = async (): Promise<boolean> => {
    // One that is under way may be past what has come since.
    if (running) await running;
    running ??= run().finally(() => {
      running = undefined;
    });
    return running;
  };

  const soon = (ms: number) => {
    cancelSoon ??= clock.after(ms, () => {
      cancelSoon = undefined;
      if (keeper.awayBecause() === null) void flush();
    });
  };

  const stopListening = keeper.onUp((up) => {
    if (up) void flush();
  });
  return {
    push(queued) {
      queue.push(queued);
      soon(GATHER_MS);
    },
    activity(record) {
      if (activities.size >= ACTIVITY_PLACES && !activities.has(record.session)) return;
      activities.set(record.session, { ...activities.get(record.session), ...record });
      cancelActivity ??= classClock.after(ACTIVITY_MS, () => {
        cancelActivity = undefined;
        soon(0);
      });
    },
    counts: () => ({ queued: queue.length, dropped: queue.dropped + refused }),
    flush,
    stop() {
      stopListening();
      cancelSoon?.();
      cancelActivity?.();
    },
  };
}
