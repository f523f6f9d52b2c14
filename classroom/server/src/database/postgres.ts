import { type ChildProcess, spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '@rowhouse/service';
import { Client } from 'pg';
import { DatabaseError } from './errors.ts';
import type { Programs } from './programs.ts';
import { PLAIN_ENVIRONMENT } from './run-program.ts';
import { type DatabasePlaces, SOCKET_PORT } from './settings.ts';

/** Small: a class's records fit into a few megabytes. What is written is on the disk before it is confirmed. */
const SETTINGS: Readonly<Record<string, string>> = {
  listen_addresses: '',
  port: String(SOCKET_PORT),
  unix_socket_permissions: '0777', // the folder is what keeps others out
  max_connections: '24',
  superuser_reserved_connections: '1',
  reserved_connections: '0',
  shared_buffers: '16MB',
  work_mem: '2MB',
  maintenance_work_mem: '16MB',
  temp_buffers: '1MB',
  wal_buffers: '512kB',
  max_wal_size: '64MB',
  min_wal_size: '8MB',
  wal_level: 'minimal',
  max_wal_senders: '0',
  fsync: 'on',
  synchronous_commit: 'on',
  full_page_writes: 'on',
  io_method: 'sync',
  max_worker_processes: '1',
  max_parallel_workers: '0',
  max_logical_replication_workers: '0',
  autovacuum_max_workers: '1',
  autovacuum_worker_slots: '1',
  huge_pages: 'off',
  jit: 'off',
  logging_collector: 'off',
  log_line_prefix: '',
  log_min_error_statement: 'panic',
  log_timezone: 'UTC',
  timezone: 'UTC',
};
const READY_CHECK_MS = 15;
const LAST_WORDS_MS = 200;
/** Kept for the last resort, when a fast shutdown does not end in time. */
const IMMEDIATE_MS = 1_500;

/** A running PostgreSQL. */
export interface Postgres {
  /** Resolves when it answers a query. @throws DatabaseError `ERR_DATABASE_ENDED` when it ends first */
  ready(who: Credentials): Promise<void>;
  /** Called when it ends by itself. */
  onEnded(listener: (error: DatabaseError) => void): void;
  /** Fast shutdown: open transactions are rolled back, everything is written; then an immediate one, shortly before the deadline. */
  stop(deadlineMs: number): Promise<void>;
}

export interface Credentials {
  readonly socketFolder: string;
  readonly role: string;
  readonly database: string;
  readonly password: string;
}

export interface PostgresOptions {
  readonly socketFolder: string;
  /** Who may sign in: lines of `pg_hba.conf`; nobody else may. */
  readonly access: string;
  readonly log: Logger;
}

/** Starts it as ourselves, in our process group, so that what ends us for good ends it too. */
export function startPostgres(programs: Programs, places: DatabasePlaces, options: PostgresOptions): Postgres {
  writeFileSync(join(places.cluster, 'pg_hba.conf'), `# Written at every start.\n${options.access}\n`, { mode: 0o600 });
  const settings = { ...SETTINGS, unix_socket_directories: options.socketFolder };
  const args = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const child = spawn(programs.postgres, ['-D', places.cluster, ...args], {
    cwd: '/',
    env: PLAIN_ENVIRONMENT,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let complaint = '';
  createInterface({ input: child.stderr }).on('line', (line) => {
    if (isFatal(line)) complaint = ` (${line})`;
    logLine(options.log, line);
  });
  let stopping = false;
  let over = false;
  let listener: (error: DatabaseError) => void = () => {};
  const ended = endOf(child);
  const failed = ended.then((how) => {
    over = true;
    const error = new DatabaseError('ERR_DATABASE_ENDED', { how: how + complaint });
    if (!stopping) listener(error);
    return error;
  });
  return {
    async ready(who) {
      const first = await Promise.race([untilItAnswers(who, () => over), failed]);
      if (first instanceof Error) throw first;
    },
    onEnded(then) {
      listener = then;
    },
    async stop(deadlineMs) {
      stopping = true;
      child.kill('SIGINT');
      const immediate = setTimeout(() => child.kill('SIGQUIT'), Math.max(0, deadlineMs - IMMEDIATE_MS));
      await ended;
      clearTimeout(immediate);
    },
  };
}

/** @throws what `pg` throws */
export async function connectOnce({ socketFolder, role, database, password }: Credentials): Promise<Client> {
  const address = { host: socketFolder, port: SOCKET_PORT };
  const client = new Client({ ...address, user: role, database, password, connectionTimeoutMillis: 5_000 });
  client.on('error', () => {}); // what is asked of it next says it
  await client.connect();
  return client;
}

async function untilItAnswers(who: Credentials, over: () => boolean): Promise<void> {
  while (!over()) {
    const client = await connectOnce(who).catch(() => undefined);
    const answered = await client?.query('SELECT 1').catch(() => undefined);
    await client?.end().catch(() => {});
    if (answered) return;
    await sleep(READY_CHECK_MS);
  }
}

/** Waits a moment for what it said last; one of its own children may hold the pipe for longer. */
function endOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    const tell = (code: number | null, signal: string | null) => resolve(signal ?? `code ${code}`);
    child.once('error', (error) => resolve(error.message));
    child.once('close', tell);
    child.once('exit', (code, signal) => void setTimeout(tell, LAST_WORDS_MS, code, signal));
  });
}

/** PostgreSQL's lines begin with how serious they are. What it merely tells is for who looks closely. */
function logLine(log: Logger, line: string): void {
  if (isFatal(line)) log.error({ postgres: line }, 'database');
  else if (/^(?:WARNING|ERROR):/.test(line)) log.warn({ postgres: line }, 'database');
  else log.debug({ postgres: line }, 'database');
}

/** Not what it tells a client that comes too early or goes too late. */
function isFatal(line: string): boolean {
  return /^(?:FATAL|PANIC):/.test(line) && !/the database system is|terminating connection due to/.test(line);
}
