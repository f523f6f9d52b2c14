// What the rest of the server sees of the database. The implementation is behind `createStore`.
import type { ProcessKind } from '@rowhouse/classroom-protocol';
import type { Kysely } from 'kysely';
import type { Database } from './schema.ts';

/** For `/health`. `degraded`: away for a while; what is recorded meanwhile waits in memory. */
export interface StoreStatus {
  readonly status: 'healthy' | 'degraded' | 'unavailable';
  readonly message: string;
  /** Records that wait to be written. */
  readonly queued: number;
  /** Records that found no place in the queue since the start. */
  readonly dropped: number;
}

export interface ProcessStarted {
  readonly id: string;
  readonly account: string;
  readonly kind: ProcessKind;
  readonly file: string | null;
  readonly startedAtMs: number;
  readonly pid: number;
  /** With the boot's id these name one process for good. */
  readonly startTicks: number | null;
  readonly bootId: string | null;
}

export interface ProcessEnded {
  readonly id: string;
  readonly endedAtMs: number;
  readonly reason: string;
  readonly exitCode: number | null;
  readonly cpuMs: number;
  readonly peakMemoryBytes: number | null;
}

export interface LimitReached {
  readonly account: string;
  readonly limit: string;
  readonly message: string;
  readonly atMs: number;
}

export interface AuditEntry {
  /** Account id; `null`: nobody signed in, or the command line. */
  readonly who: string | null;
  /** Stable: `sign-in`, `sign-in-failed`, `account-created`, ... */
  readonly what: string;
  /** Account id or the name that was tried. */
  readonly whom: string | null;
  readonly detail: string | null;
  readonly ip: string | null;
  readonly atMs: number;
}

export interface SessionActivity {
  readonly session: string;
  readonly lastActivityMs: number;
  /** What the session's account runs now; written as it is. Left out: as it was. */
  readonly activeProcesses?: readonly { readonly id: string; readonly kind: string; readonly pid: number | null }[];
  readonly resourceUsage?: { readonly memoryBytes: number; readonly cpuMs: number };
}

export interface SessionEnded {
  readonly session: string;
  readonly reason: string;
  readonly atMs: number;
}

/**
 * The database. What is recorded is queued and written in order as soon as it can be; none of these waits or throws.
 */
export interface Store {
  processStarted(record: ProcessStarted): void;
  processEnded(record: ProcessEnded): void;
  limitReached(record: LimitReached): void;
  audit(entry: AuditEntry): void;
  /** Only the last one of a session is written, every few seconds. */
  sessionActivity(record: SessionActivity): void;
  sessionEnded(record: SessionEnded): void;
  /** Runs of an earlier life of the server that have no end yet; for the sweep at start. @throws ClassroomError `database-unavailable` */
  openProcesses(): Promise<readonly ProcessStarted[]>;
  /**
   * Reads or changes. @throws ClassroomError `database-unavailable`, at once while it is away; what the database
   * itself objects to (a name taken, say) comes through as it is
   */
  query<T>(work: (db: Kysely<Database>) => Promise<T>): Promise<T>;
  status(): StoreStatus;
  /** Called with every change between up and away; at once with the state there is. @returns stops it */
  onUp(listener: (up: boolean) => void): () => void;
  /** Writes what is queued, as long as the deadline allows, and lets go. */
  close(deadlineMs: number): Promise<void>;
}
