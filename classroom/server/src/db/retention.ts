import { type Kysely, sql } from 'kysely';
import type { Database } from './schema.ts';

/** A term and a half for what was run; a year and a bit for who did what. */
const DAYS = { sessions: 90, processes: 270, limits: 270, audit: 400 } as const;
/** In portions, so that nobody waits for it. */
const ROWS = 5_000;

/** Deletes what is older than it needs to be. Call it now and then. */
export async function deleteOld(db: Kysely<Database>, nowMs: number): Promise<void> {
  const before = (days: number) => new Date(nowMs - days * 86_400_000);
  const portions = [
    sql`DELETE FROM sessions WHERE id IN (SELECT id FROM sessions WHERE ended_at < ${before(DAYS.sessions)} LIMIT ${ROWS})`,
    sql`DELETE FROM processes WHERE id IN (SELECT id FROM processes WHERE ended_at < ${before(DAYS.processes)} LIMIT ${ROWS})`,
    sql`DELETE FROM limits_reached WHERE id IN (SELECT id FROM limits_reached WHERE at < ${before(DAYS.limits)} LIMIT ${ROWS})`,
    sql`DELETE FROM audit WHERE seq IN (SELECT seq FROM audit WHERE at < ${before(DAYS.audit)} LIMIT ${ROWS})`,
  ];
  for (const portion of portions) await portion.execute(db);
}
