import type { AccountRecord, SignedIn } from './api.ts';
import type { SessionRow } from './table.ts';

/** A session in memory. */
export interface CachedSession {
  readonly id: string;
  tokenKey: string;
  csrfToken: string;
  readonly loginTimeMs: number;
  lastActivityMs: number;
  /** When its activity was last handed to the database. */
  recordedMs: number;
  account: AccountRecord;
}

/** Sessions that were seen lately, by token and by id; the one not used for longest goes when it is full. */
export interface SessionCache {
  byToken(tokenHash: Buffer): CachedSession | undefined;
  byId(id: string): CachedSession | undefined;
  add(row: SessionRow): CachedSession;
  /** It is the most recently used now. */
  used(session: CachedSession): void;
  rename(session: CachedSession, tokenHash: Buffer, csrfToken: string): void;
  remove(session: CachedSession): void;
  all(): readonly CachedSession[];
}

export function createSessionCache(places: number): SessionCache {
  const byKey = new Map<string, CachedSession>();
  const byId = new Map<string, CachedSession>();
  const remove = (session: CachedSession) => {
    byKey.delete(session.tokenKey);
    byId.delete(session.id);
  };
  return {
    byToken: (tokenHash) => byKey.get(keyOf(tokenHash)),
    byId: (id) => byId.get(id),
    add(row) {
      const session: CachedSession = {
        id: row.id,
        tokenKey: keyOf(row.tokenHash),
        csrfToken: row.csrfToken,
        loginTimeMs: row.loginTimeMs,
        lastActivityMs: row.lastActivityMs,
        recordedMs: row.lastActivityMs,
        account: row.account,
      };
      const earlier = byId.get(row.id);
      if (earlier) remove(earlier);
      byKey.set(session.tokenKey, session);
      byId.set(session.id, session);
      if (byId.size > places) for (const oldest of byId.values()) return (remove(oldest), session);
      return session;
    },
    used(session) {
      if (!byId.delete(session.id)) return;
      byId.set(session.id, session);
    },
    rename(session, tokenHash, csrfToken) {
      byKey.delete(session.tokenKey);
      session.tokenKey = keyOf(tokenHash);
      session.csrfToken = csrfToken;
      byKey.set(session.tokenKey, session);
    },
    remove,
    all: () => [...byId.values()],
  };
}

export function toSignedIn({ id, csrfToken, loginTimeMs, account }: CachedSession): SignedIn {
  return { account, session: { id, csrfToken, loginTimeMs } };
}

function keyOf(tokenHash: Buffer): string {
  return tokenHash.toString('base64');
}
