import type { Role } from '@rowhouse/classroom-protocol';
import type { ColumnType, Generated, JSONColumnType } from 'kysely';

/** A column that is set once. */
type Once<T> = ColumnType<T, T, never>;

export interface AccountsTable {
  /** A UUID; also names the workspace's folder. */
  id: Once<string>;
  name: string;
  display_name: string;
  role: Role;
  /** argon2id, in its own textual form. */
  password_hash: string;
  must_change_password: boolean;
  disabled: boolean;
  /** Small and unique for good: the student's system user is this above a base. */
  room_uid: Generated<number>;
  created_at: Once<Date>;
}

export interface SessionsTable {
  id: Once<string>;
  /** SHA-256 of the token; the token itself is nowhere but in the cookie. */
  token_hash: Buffer;
  csrf_secret: string;
  account: Once<string>;
  login_time: Once<Date>;
  last_activity: Date;
  active_processes: JSONColumnType<readonly object[]>;
  resource_usage: JSONColumnType<object>;
  ended_at: Date | null;
  ended_reason: string | null;
  user_agent: Once<string | null>;
  ip: Once<string | null>;
}

export interface ProcessesTable {
  id: Once<string>;
  account: Once<string>;
  kind: Once<string>;
  file: Once<string | null>;
  started_at: Once<Date>;
  ended_at: Date | null;
  reason: string | null;
  exit_code: number | null;
  cpu_ms: number | null;
  peak_memory_bytes: number | null;
  pid: Once<number>;
  start_ticks: Once<number | null>;
  boot_id: Once<string | null>;
}

export interface LimitsReachedTable {
  /** Of the record itself: written twice it is still there once. */
  id: Once<string>;
  account: Once<string>;
  limit_name: Once<string>;
  message: Once<string>;
  at: Once<Date>;
}

export interface AuditTable {
  /** Rises with time. */
  seq: Generated<number>;
  /** Of the record itself: written twice it is still there once. */
  id: Once<string>;
  who: Once<string | null>;
  what: Once<string>;
  whom: Once<string | null>;
  detail: Once<string | null>;
  ip: Once<string | null>;
  at: Once<Date>;
}

/** Every table, once. */
export interface Database {
  accounts: AccountsTable;
  sessions: SessionsTable;
  processes: ProcessesTable;
  limits_reached: LimitsReachedTable;
  audit: AuditTable;
}
