import type { Kysely } from 'kysely';
import { type AccountRow, toRecord } from '../accounts/rows.ts';
import type { Database } from '../db/schema.ts';
import type { AccountRecord, SessionEndReason } from './api.ts';

/** Of one account; one more ends the oldest. */
const MOST_SESSIONS = 20;

export interface SessionRow {
  readonly id: string;
  readonly tokenHash: Buffer;
  readonly csrfToken: string;
  readonly loginTimeMs: number;
  readonly lastActivityMs: number;
  readonly account: AccountRecord;
}

export interface NewSession {
  readonly id: string;
  readonly tokenHash: Buffer;
  readonly csrfToken: string;
  readonly account: string;
  readonly atMs: number;
  readonly userAgent: string | null;
  readonly ip: string | null;
}

/** @returns the ids of those that had to end for it */
export async function insertSession(db: Kysely<Database>, session: NewSession): Promise<readonly string[]> {
  const at = new Date(session.atMs);
  await db
    .insertInto('sessions')
    .values({
      id: session.id,
      token_hash: session.tokenHash,
      csrf_secret: session.csrfToken,
      account: session.account,
      login_time: at,
      last_activity: at,
      active_processes: '[]',
      resource_usage: '{}',
      user_agent: session.userAgent,
      ip: session.ip,
    })
    .execute();
  const open = db
    .selectFrom('sessions')
    .select('id')
    .where('account', '=', session.account)
    .where('ended_at', 'is', null);
  const surplus = await open
    .where('id', '!=', session.id)
    .orderBy('last_activity', 'desc')
    .offset(MOST_SESSIONS - 1)
    .execute();
  const ids = surplus.map(({ id }) => id);
  if (ids.length > 0) await endRows(db, ids, 'too-many-sessions', at);
  return ids;
}

/** The one of a token that has not ended, with its account as it is now. */
export async function findByToken(db: Kysely<Database>, tokenHash: Buffer): Promise<SessionRow | undefined> {
  const row = await selectSessions(db).where('sessions.token_hash', '=', tokenHash).executeTakeFirst();
  return row && toSession(row);
}

/** Those that have not ended, with their accounts as they are now. */
export async function findById(db: Kysely<Database>, ids: readonly string[]): Promise<readonly SessionRow[]> {
  if (ids.length === 0) return [];
  return (await selectSessions(db).where('sessions.id', 'in', ids).execute()).map(toSession);
}

/** @returns the ids of those that ended */
export async function endSessionsOf(
  db: Kysely<Database>,
  {
    account,
    except,
    reason,
    atMs,
  }: { account: string; except?: string | undefined; reason: SessionEndReason; atMs: number },
): Promise<readonly string[]> {
  const rows = await db
    .updateTable('sessions')
    .set({ ended_at: new Date(atMs), ended_reason: reason, active_processes: '[]' })
    .where('account', '=', account)
    .where('ended_at', 'is', null)
    .$if(except !== undefined, (query) => query.where('id', '!=', except ?? ''))
    .returning('id')
    .execute();
  return rows.map(({ id }) => id);
}

/** What nobody will ask for again. @param except those in memory: they are younger than the database may know */
export async function endExpired(
  db: Kysely<Database>,
  { nowMs, idleMs, mostMs, except }: { nowMs: number; idleMs: number; mostMs: number; except: readonly string[] },
): Promise<void> {
  await db
    .updateTable('sessions')
    .set({ ended_at: new Date(nowMs), ended_reason: 'expired', active_processes: '[]' })
    .where('ended_at', 'is', null)
    .$if(except.length > 0, (query) => query.where('id', 'not in', except))
    .where((is) =>
      is.or([is('last_activity', '<', new Date(nowMs - idleMs)), is('login_time', '<', new Date(nowMs - mostMs))]),
    )
    .execute();
}

/** @returns whether the session had not ended */
export async function replaceToken(
  db: Kysely<Database>,
  id: string,
  { tokenHash, csrfToken }: { tokenHash: Buffer; csrfToken: string },
): Promise<boolean> {
  const values = { token_hash: tokenHash, csrf_secret: csrfToken };
  const open = db.updateTable('sessions').set(values).where('id', '=', id).where('ended_at', 'is', null);
  return (await open.executeTakeFirst()).numUpdatedRows > 0n;
}

async function endRows(
  db: Kysely<Database>,
  ids: readonly string[],
  reason: SessionEndReason,
  at: Date,
): Promise<void> {
  const ended = { ended_at: at, ended_reason: reason, active_processes: '[]' };
  await db.updateTable('sessions').set(ended).where('id', 'in', ids).where('ended_at', 'is', null).execute();
}

function selectSessions(db: Kysely<Database>) {
  return db
    .selectFrom('sessions')
    .innerJoin('accounts', 'accounts.id', 'sessions.account')
    .selectAll('accounts')
    .select([
      'sessions.id as session',
      'sessions.token_hash',
      'sessions.csrf_secret',
      'sessions.login_time',
      'sessions.last_activity',
    ])
    .where('sessions.ended_at', 'is', null)
    .where('accounts.disabled', '=', false);
}

function toSession(
  row: AccountRow & { session: string; token_hash: Buffer; csrf_secret: string; login_time: Date; last_activity: Date },
): SessionRow {
  return {
    id: row.session,
    tokenHash: row.token_hash,
    csrfToken: row.csrf_secret,
    loginTimeMs: row.login_time.getTime(),
    lastActivityMs: row.last_activity.getTime(),
    account: toRecord(row),
  };
}
