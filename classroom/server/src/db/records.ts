import { type Kysely, sql } from 'kysely';
import type { AuditEntry, LimitReached, ProcessEnded, ProcessStarted, SessionActivity, SessionEnded } from './api.ts';
import type { Database } from './schema.ts';

/** What waits to be written. `id`: of the record itself, so that one written twice is there once. */
export type Queued =
  | { readonly kind: 'process-started'; readonly record: ProcessStarted }
  | { readonly kind: 'process-ended'; readonly record: ProcessEnded }
  | { readonly kind: 'limit-reached'; readonly id: string; readonly record: LimitReached }
  | { readonly kind: 'audit'; readonly id: string; readonly record: AuditEntry }
  | { readonly kind: 'session-ended'; readonly record: SessionEnded };

/** Writes one. A second time it changes nothing: whether the first arrived is not always known. */
export async function writeQueued(db: Kysely<Database>, queued: Queued): Promise<void> {
  switch (queued.kind) {
    case 'process-started':
      return writeStarted(db, queued.record);
    case 'process-ended':
      return writeEnded(db, queued.record);
    case 'limit-reached': {
      const { account, limit, message, atMs } = queued.record;
      const row = { id: queued.id, account, limit_name: limit, message: storable(message), at: new Date(atMs) };
      await db
        .insertInto('limits_reached')
        .values(row)
        .onConflict((on) => on.doNothing())
        .execute();
      return undefined;
    }
    case 'audit':
      return writeAudit(db, queued.id, queued.record);
    case 'session-ended': {
      const { session, reason, atMs } = queued.record;
      const ended = { ended_at: new Date(atMs), ended_reason: reason, active_processes: '[]' };
      await db.updateTable('sessions').set(ended).where('id', '=', session).where('ended_at', 'is', null).execute();
      return undefined;
    }
  }
}

/** Also within a transaction that does what it tells of. */
export async function writeAudit(db: Kysely<Database>, id: string, entry: AuditEntry): Promise<void> {
  const { atMs, ...rest } = entry;
  const texts = { whom: rest.whom && storable(rest.whom), detail: rest.detail && storable(rest.detail) };
  const row = { id, ...rest, ...texts, at: new Date(atMs) };
  await db
    .insertInto('audit')
    .values(row)
    .onConflict((on) => on.doNothing())
    .execute();
}

/** All at once; one that has ended meanwhile stays as it is. */
export async function writeActivities(db: Kysely<Database>, records: readonly SessionActivity[]): Promise<void> {
  const rows = records.map(({ session, lastActivityMs, activeProcesses, resourceUsage }) => ({
    id: session,
    at: new Date(lastActivityMs),
    processes: activeProcesses,
    usage: resourceUsage,
  }));
  await sql`
    UPDATE sessions SET
      last_activity = greatest(sessions.last_activity, v.at),
      active_processes = coalesce(v.processes, sessions.active_processes),
      resource_usage = coalesce(v.usage, sessions.resource_usage)
    FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS v(id text, at timestamptz, processes jsonb, usage jsonb)
    WHERE sessions.id = v.id AND sessions.ended_at IS NULL`.execute(db);
}

async function writeStarted(db: Kysely<Database>, record: ProcessStarted): Promise<void> {
  const { id, account, kind, file, startedAtMs, pid, startTicks, bootId } = record;
  const who = { pid, start_ticks: startTicks, boot_id: bootId };
  const row = { id, account, kind, file: file && storable(file), started_at: new Date(startedAtMs), ...who };
  await db
    .insertInto('processes')
    .values(row)
    .onConflict((on) => on.doNothing())
    .execute();
}

async function writeEnded(db: Kysely<Database>, record: ProcessEnded): Promise<void> {
  const { id, endedAtMs, reason, exitCode, cpuMs, peakMemoryBytes } = record;
  const usage = { cpu_ms: cpuMs, peak_memory_bytes: peakMemoryBytes };
  const ended = { ended_at: new Date(endedAtMs), reason, exit_code: exitCode, ...usage };
  await db.updateTable('processes').set(ended).where('id', '=', id).where('ended_at', 'is', null).execute();
}

/** Files may be called what PostgreSQL takes in no text. */
function storable(text: string): string {
  return text.replaceAll('\0', '\uFFFD');
}
