import { randomUUID } from 'node:crypto';
import type { ProcessKind } from '@rowhouse/classroom-protocol';
import type { Logger } from '@rowhouse/service';
import type { Clock } from '@rowhouse/supervisor';
import type { Store, StoreStatus } from './api.ts';
import type { DatabaseAddress } from './connection.ts';
import { createKeeper, type Keeper } from './keeper.ts';
import { deleteOld } from './retention.ts';
import { createWriter, type Writer } from './writer.ts';

/** Away for longer it is a case for a person. */
const LONG_AWAY_MS = 600_000;
const RETENTION_MS = 3_600_000;

export interface StoreOptions {
  readonly address: DatabaseAddress;
  readonly log: Logger;
  readonly clock: Clock;
  /** For what is written now and then, and for what is old enough to go. */
  readonly classClock: Clock;
}

/** Begins to look for the database at once, and never stops; needs it for nothing that is merely recorded. */
export function createStore({ address, log, clock, classClock }: StoreOptions): Store {
  const keeper = createKeeper({ address, log, clock });
  const writer = createWriter(keeper, { clock, classClock }, log);
  let cancelRetention = () => {};
  const tidy = () => {
    cancelRetention = classClock.after(RETENTION_MS, () => {
      keeper
        .query((db) => deleteOld(db, classClock.epochMs()))
        .catch((error: unknown) => log.warn({ err: error }, 'tidying'));
      tidy();
    });
  };
  tidy();
  return {
    processStarted: (record) => writer.push({ kind: 'process-started', record }),
    processEnded: (record) => writer.push({ kind: 'process-ended', record }),
    limitReached: (record) => writer.push({ kind: 'limit-reached', id: randomUUID(), record }),
    audit: (record) => writer.push({ kind: 'audit', id: randomUUID(), record }),
    sessionActivity: (record) => writer.activity(record),
    sessionEnded: (record) => writer.push({ kind: 'session-ended', record }),
    openProcesses: () => openProcesses(keeper),
    query: (work) => keeper.query(work),
    status: () => statusOf(keeper, writer, clock),
    onUp: (listener) => keeper.onUp(listener),
    async close(deadlineMs) {
      cancelRetention();
      if (keeper.awayBecause() === null) {
        let cancel = () => {};
        await Promise.race([
          writer.flush(),
          new Promise<void>((resolve) => (cancel = clock.after(deadlineMs, resolve))),
        ]);
        cancel();
      }
      writer.stop();
      const { queued } = writer.counts();
      if (queued > 0) log.error({ queued }, 'records are lost: the database did not take them in time');
      await keeper.close();
    },
  };
}

async function openProcesses(keeper: Keeper): ReturnType<Store['openProcesses']> {
  const rows = await keeper.query((db) =>
    db.selectFrom('processes').selectAll().where('ended_at', 'is', null).orderBy('started_at').execute(),
  );
  return rows.map((row) => ({
    id: row.id,
    account: row.account,
    kind: row.kind as ProcessKind,
    file: row.file,
    startedAtMs: row.started_at.getTime(),
    pid: row.pid,
    startTicks: row.start_ticks,
    bootId: row.boot_id,
  }));
}

function statusOf(keeper: Keeper, writer: Writer, clock: Clock): StoreStatus {
  const counts = writer.counts();
  const away = keeper.awayBecause();
  const lost = counts.dropped === 0 ? '' : ` ${counts.dropped} records could not be kept.`;
  if (away === null) {
    return { status: 'healthy', message: `The database answers.${lost}`, ...counts };
  }
  const sinceMs = keeper.awaySinceMs();
  const isLong = sinceMs === null || clock.epochMs() - sinceMs > LONG_AWAY_MS;
  const waiting = `${counts.queued} records wait for it.`;
  const message = `The database cannot be reached (${away}). Nobody new can sign in; ${waiting}${lost}`;
  return { status: isLong ? 'unavailable' : 'degraded', message, ...counts };
}
