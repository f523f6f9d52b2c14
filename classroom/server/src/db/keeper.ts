import type { Logger } from '@rowhouse/service';
import type { Clock } from '@rowhouse/supervisor';
import { sql, type Kysely } from 'kysely';
import { ClassroomError } from '../http/errors.ts';
import { reasonOf, whatItMeans } from './away.ts';
import { type Connections, type DatabaseAddress, openConnections } from './connection.ts';
import { migrate } from './migrate.ts';
import type { Database } from './schema.ts';

const RETRY_FIRST_MS = 200;
const RETRY_MOST_MS = 3_000;
const PROBE_MS = 5_000;

/** Keeps a connection to the database: finds it, prepares it, notices that it is gone, finds it again. */
export interface Keeper {
  query<T>(work: (db: Kysely<Database>) => Promise<T>): Promise<T>;
  /** `null`: up. */
  awayBecause(): string | null;
  /** When it went; `null`: it is up, or was never there. On the clock's epoch. */
  awaySinceMs(): number | null;
  onUp(listener: (up: boolean) => void): () => void;
  close(): Promise<void>;
}

export interface KeeperOptions {
  readonly address: DatabaseAddress;
  readonly log: Logger;
  readonly clock: Clock;
}

export function createKeeper({ address, log, clock }: KeeperOptions): Keeper {
  const listeners = new Set<(up: boolean) => void>();
  let current: Connections | undefined;
  let reason = 'it has not been reached yet';
  let sinceMs: number | null = null;
  let closed = false;
  let probing = false;
  let retryMs = RETRY_FIRST_MS;
  let cancelTimer = () => {};

  const later = (ms: number, run: () => Promise<void>) => {
    cancelTimer();
    cancelTimer = clock.after(ms, () => void run());
  };
  const tell = (up: boolean) => {
    for (const listener of listeners) listener(up);
  };

  const goDown = (gone: Connections, error: unknown) => {
    if (current !== gone || closed) return;
    current = undefined;
    reason = reasonOf(error);
    sinceMs = clock.epochMs();
    retryMs = RETRY_FIRST_MS;
    log.warn({ reason }, 'the database is away');
    void gone.end();
    tell(false);
    later(0, connect);
  };

  const connect = async () => {
    const opened = openConnections(address, (error) => goDown(opened, error));
    try {
      const done = await migrate(opened.db);
      if (done.length > 0) log.info({ migrations: done }, 'the database was prepared');
    } catch (error) {
      await opened.end();
      if (closed) return;
      if (reasonOf(error) !== reason) log.warn({ reason: reasonOf(error) }, 'the database cannot be used');
      reason = reasonOf(error);
      later(retryMs, connect);
      retryMs = Math.min(2 * retryMs, RETRY_MOST_MS);
      return;
    }
    if (closed) {
      await opened.end();
      return;
    }
    current = opened;
    log.info(sinceMs === null ? {} : { awayMs: clock.epochMs() - sinceMs }, 'the database is there');
    sinceMs = null;
    later(PROBE_MS, probe);
    tell(true);
  };

  /** Whether it answers; also by a connection of its own, when all others are taken. */
  const probe = async () => {
    const asked = current;
    if (!asked || probing) return;
    probing = true;
    const own = openConnections(address, () => {}, 1);
    try {
      await sql`SELECT 1`.execute(own.db);
    } catch (error) {
      if (whatItMeans(error) !== 'cannot-now') goDown(asked, error);
    }
    await own.end();
    probing = false;
    if (current === asked) later(PROBE_MS, probe);
  };

  later(0, connect);
  return {
    async query(work) {
      const used = current;
      if (!used) throw new ClassroomError('database-unavailable');
      try {
        return await work(used.db);
      } catch (error) {
        const meaning = whatItMeans(error);
        if (meaning === 'own') throw error;
        if (meaning === 'gone') goDown(used, error);
        if (meaning === 'unclear') later(0, probe);
        throw new ClassroomError('database-unavailable', { cause: error });
      }
    },
    awayBecause: () => (current ? null : reason),
    awaySinceMs: () => sinceMs,
    onUp(listener) {
      listeners.add(listener);
      listener(current !== undefined);
      return () => listeners.delete(listener);
    },
    async close() {
      closed = true;
      cancelTimer();
      await current?.end();
      current = undefined;
      reason = 'it was closed';
    },
  };
}
