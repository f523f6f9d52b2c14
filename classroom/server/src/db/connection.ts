import { readFileSync } from 'node:fs';
import { Kysely, PostgresDialect } from 'kysely';
import { Pool, type PoolConfig } from 'pg';
import { databasePlaces, DATABASE_ROLE, SOCKET_PORT } from '../database/settings.ts';
import type { Database } from './schema.ts';

/** Where the database is: our own, by its folder, or another, by a `postgres://` address. */
export type DatabaseAddress =
  | { readonly kind: 'embedded'; readonly folder: string }
  | { readonly kind: 'url'; readonly url: string };

/** More would only wait for each other: what is asked takes a millisecond. */
const CONNECTIONS = 10;
const CONNECT_MS = 3_000;
const STATEMENT_MS = 4_000;
/** The server ends a statement by itself; this is for a server that says nothing any more. */
const SILENCE_MS = STATEMENT_MS + 1_000;
const IDLE_MS = 60_000;
const END_MS = 1_000;

/** A bounded pool of connections and the queries over it. */
export interface Connections {
  readonly db: Kysely<Database>;
  /** Lets go of all; waits for what is under way, a second at most. */
  end(): Promise<void>;
}

/** @param onError a connection broke that nobody was using */
export function openConnections(
  address: DatabaseAddress,
  onError: (error: Error) => void,
  max = CONNECTIONS,
): Connections {
  const pool = new Pool({
    ...where(address),
    max,
    connectionTimeoutMillis: CONNECT_MS,
    idleTimeoutMillis: IDLE_MS,
    statement_timeout: STATEMENT_MS,
    query_timeout: SILENCE_MS,
    idle_in_transaction_session_timeout: 2 * STATEMENT_MS,
    keepAlive: true,
    application_name: 'rowhouse-classroom',
  });
  pool.on('error', onError);
  // Also those in use: their query's error says the same, but an error without a listener would end the process.
  pool.on('connect', (client) => void client.on('error', onError));
  const db = new Kysely<Database>({ dialect: new PostgresDialect({ pool }) });
  return {
    db,
    async end() {
      const ended = pool.end().catch(() => {});
      let timer: NodeJS.Timeout | undefined;
      await Promise.race([ended, new Promise((resolve) => (timer = setTimeout(resolve, END_MS)))]);
      clearTimeout(timer);
    },
  };
}

function where(address: DatabaseAddress): PoolConfig {
  if (address.kind === 'url') return { connectionString: address.url };
  const { socketFolder, passwordFile } = databasePlaces(address.folder);
  return {
    host: socketFolder,
    port: SOCKET_PORT,
    user: DATABASE_ROLE,
    database: DATABASE_ROLE,
    // Read with every connection: at our first it may not be there yet.
    password: () => readFileSync(passwordFile, 'utf8'),
  };
}
