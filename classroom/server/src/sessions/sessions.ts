import { randomUUID } from 'node:crypto';
import type { Logger } from '@rowhouse/service';
import type { Clock } from '@rowhouse/supervisor';
import type { Kysely } from 'kysely';
import type { Place } from '../accounts/fair-line.ts';
import { findRowToKeep, toRecord } from '../accounts/rows.ts';
import type { Store } from '../db/api.ts';
import type { Database } from '../db/schema.ts';
import { ClassroomError } from '../http/errors.ts';
import type { AccountRecord, SessionEndReason, SessionEvents, SignedIn } from './api.ts';
import { type CachedSession, createSessionCache, toSignedIn } from './cache.ts';
import { createEnded } from './ended.ts';
import { createLookups } from './lookups.ts';
import { endExpired, endSessionsOf, findById, findByToken, insertSession, replaceToken } from './table.ts';
import { hashToken, newToken } from './tokens.ts';

export const IDLE_MS = 12 * 3_600_000;
export const MOST_MS = 7 * 24 * 3_600_000;
const CACHED = 4_000;
/** What changed without us (another program on the same database) is noticed within. */
const REFRESH_MS = 15_000;
const RECORD_MS = 60_000;
const EXPIRE_MS = 3_600_000;

export interface Sessions extends SessionEvents {
  /**
   * @param passwordHash that of the password that was found right: another one by now opens nothing
   * @returns the token, for the cookie alone
   * @throws ClassroomError `wrong-credentials`, `account-disabled` when that changed while the password was checked
   */
  open(
    account: string,
    passwordHash: string,
    meta: SessionMeta,
  ): Promise<{ readonly token: string; readonly signedIn: SignedIn }>;
  /** @param place where they wait who must be looked up. @throws ClassroomError `database-unavailable` when only the database could tell, `busy` */
  find(token: string, place: Place): Promise<SignedIn | undefined>;
  /** At once, also while the database is away. */
  end(id: string, reason: SessionEndReason): void;
  /**
   * Another token for the same session, and for its account no other session: within a change of the password.
   *
   * @throws ClassroomError `not-signed-in` when the session has ended meanwhile
   */
  renew(
    db: Kysely<Database>,
    id: string,
    account: string,
  ): Promise<{ readonly token: string; apply(): SignedIn | undefined }>;
  /** All of an account, in the database. @returns to be called when that is certain */
  endAllOf(db: Kysely<Database>, account: string, reason: SessionEndReason): Promise<() => void>;
  accountChanged(account: AccountRecord): void;
  stop(): void;
}

export interface SessionMeta {
  readonly userAgent: string | null;
  readonly ip: string | null;
}

/** Sessions: opaque tokens, kept as hashes; in memory for who is here, in the database for who comes back. */
export function createSessions(store: Store, clock: Clock, log: Logger): Sessions {
  const cache = createSessionCache(CACHED);
  const ended = createEnded();
  const lookups = createLookups<CachedSession | undefined>();

  const isExpired = (session: { readonly loginTimeMs: number; readonly lastActivityMs: number }) => {
    const nowMs = clock.epochMs();
    return nowMs - session.lastActivityMs > IDLE_MS || nowMs - session.loginTimeMs > MOST_MS;
  };
  const forget = (id: string, reason: SessionEndReason) => {
    const session = cache.byId(id);
    if (session) cache.remove(session);
    ended.tell(id, reason);
  };
  const end = (id: string, reason: SessionEndReason) => {
    store.sessionEnded({ session: id, reason, atMs: clock.epochMs() });
    forget(id, reason);
  };
  const use = (session: CachedSession) => {
    const nowMs = clock.epochMs();
    session.lastActivityMs = nowMs;
    cache.used(session);
    if (nowMs - session.recordedMs < RECORD_MS) return;
    session.recordedMs = nowMs;
    store.sessionActivity({ session: session.id, lastActivityMs: nowMs });
  };
  const lookUp = async (tokenHash: Buffer): Promise<CachedSession | undefined> => {
    const row = await store.query((db) => findByToken(db, tokenHash));
    // It may have ended while we asked, or while the database did not hear of it.
    if (!row || ended.has(row.id)) return undefined;
    return cache.byId(row.id) ?? cache.add(row);
  };
  const refresh = async () => {
    const sessions = cache.all();
    for (const session of sessions) if (isExpired(session)) end(session.id, 'expired');
    const ids = cache.all().map(({ id }) => id);
    const rows = new Map((await store.query((db) => findById(db, ids))).map((row) => [row.id, row]));
    for (const id of ids) {
      const session = cache.byId(id);
      const row = rows.get(id);
      if (session && row) session.account = row.account;
      else if (session) forget(id, 'signed-out');
    }
  };
  const every = (ms: number, what: string, work: () => Promise<void>) => {
    let cancel = () => {};
    const next = () => {
      cancel = clock.after(ms, () => {
        work()
          .catch((error: unknown) => {
            if (!(error instanceof ClassroomError)) log.error({ err: error }, what);
          })
          .finally(next);
      });
    };
    next();
    return () => cancel();
  };
  const stops = [
    every(REFRESH_MS, 'sessions could not be refreshed', refresh),
    every(EXPIRE_MS, 'sessions could not be expired', () =>
      store.query((db) => {
        const except = cache.all().map(({ id }) => id);
        return endExpired(db, { nowMs: clock.epochMs(), idleMs: IDLE_MS, mostMs: MOST_MS, except });
      }),
    ),
  ];

  return {
    async open(account, passwordHash, { userAgent, ip }) {
      const token = newToken();
      const atMs = clock.epochMs();
      const session = { id: randomUUID(), tokenHash: hashToken(token), csrfToken: newToken() };
      const { row, surplus } = await store.query((db) =>
        db.transaction().execute(async (inside) => {
          const found = await findRowToKeep(inside, account);
          if (found?.password_hash !== passwordHash) throw new ClassroomError('wrong-credentials');
          if (found.disabled) throw new ClassroomError('account-disabled');
          return { row: found, surplus: await insertSession(inside, { ...session, account, atMs, userAgent, ip }) };
        }),
      );
      for (const id of surplus) forget(id, 'too-many-sessions');
      // A reset may have come between the transaction and here.
      if (ended.has(session.id)) throw new ClassroomError('wrong-credentials');
      const cached = cache.add({ ...session, loginTimeMs: atMs, lastActivityMs: atMs, account: toRecord(row) });
      return { token, signedIn: toSignedIn(cached) };
    },
    async find(token, place) {
      const tokenHash = hashToken(token);
      const key = tokenHash.toString('base64');
      const session = cache.byToken(tokenHash) ?? (await lookups.ask(key, place, () => lookUp(tokenHash)));
      if (!session) return undefined;
      if (isExpired(session)) {
        end(session.id, 'expired');
        return undefined;
      }
      use(session);
      return toSignedIn(session);
    },
    end,
    async renew(db, id, account) {
      const token = newToken();
      const fresh = { tokenHash: hashToken(token), csrfToken: newToken() };
      if (!(await replaceToken(db, id, fresh))) throw new ClassroomError('not-signed-in');
      const others = await endSessionsOf(db, {
        account,
        except: id,
        reason: 'password-changed',
        atMs: clock.epochMs(),
      });
      const apply = () => {
        for (const other of others) forget(other, 'password-changed');
        const session = cache.byId(id);
        if (!session) return undefined;
        cache.rename(session, fresh.tokenHash, fresh.csrfToken);
        return toSignedIn(session);
      };
      return { token, apply };
    },
    async endAllOf(db, account, reason) {
      const ids = await endSessionsOf(db, { account, reason, atMs: clock.epochMs() });
      return () => {
        for (const id of ids) forget(id, reason);
      };
    },
    accountChanged(account) {
      for (const session of cache.all()) if (session.account.id === account.id) session.account = account;
    },
    onEnded: ended.onEnded,
    touch(id) {
      const session = cache.byId(id);
      if (session) use(session);
    },
    report(id, what) {
      const session = cache.byId(id);
      if (session) store.sessionActivity({ session: id, lastActivityMs: session.lastActivityMs, ...what });
    },
    activeCount(withinMs) {
      const sinceMs = clock.epochMs() - withinMs;
      return new Set(
        cache
          .all()
          .filter((session) => session.lastActivityMs >= sinceMs)
          .map(({ account }) => account.id),
      ).size;
    },
    stop() {
      for (const stop of stops) stop();
    },
  };
}
