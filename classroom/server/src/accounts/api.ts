// What the rest of the server sees of accounts. The implementation is behind `createAccounts`.
import type { Role } from '@rowhouse/classroom-protocol';
import type { AccountRecord } from '../sessions/api.ts';

/** On whose behalf: a signed-in account, or `null` for the command line and the demo, which may do everything. */
export interface Actor {
  readonly account: AccountRecord | null;
  readonly ip: string | null;
}

export interface NewAccount {
  readonly name: string;
  readonly displayName: string;
  readonly role: Role;
  /** Instead of a generated one. */
  readonly password?: string;
  /** Default: yes. */
  readonly mustChangePassword?: boolean;
}

/** The only time that the password is told. */
export interface WithPassword {
  readonly account: AccountRecord;
  readonly initialPassword: string;
}

export interface AccountChange {
  readonly name?: string | undefined;
  readonly displayName?: string | undefined;
  /** Whoever is signed in has to do so again. */
  readonly role?: Role | undefined;
  readonly disabled?: boolean | undefined;
}

/**
 * Teachers act on students, admins on everyone.
 * All throw ClassroomError: `not-allowed`, `no-such-account`, `name-taken`, `database-unavailable`, `busy`.
 */
export interface Accounts {
  create(actor: Actor, account: NewAccount): Promise<WithPassword>;
  /** All of them or none. @throws `name-taken`, naming them */
  createMany(actor: Actor, accounts: readonly NewAccount[]): Promise<readonly WithPassword[]>;
  /** Students from a list in CSV text. @throws `bad-roster` with every problem by its line; then nothing was imported */
  importRoster(actor: Actor, csv: string): Promise<readonly WithPassword[]>;
  /** Those that the actor may act on, and themselves; by name. */
  list(actor: Actor): Promise<readonly AccountRecord[]>;
  find(id: string): Promise<AccountRecord | undefined>;
  findByName(name: string): Promise<AccountRecord | undefined>;
  /** @throws `last-admin` */
  change(actor: Actor, id: string, change: AccountChange): Promise<AccountRecord>;
  /**
   * For good: its sessions end, its room is closed, its records are deleted; the audit log and the workspace stay. For
   * admins alone. @throws `last-admin`
   */
  remove(actor: Actor, id: string): Promise<AccountRecord>;
  resetPassword(actor: Actor, id: string): Promise<WithPassword>;
  /** No account of any kind yet. */
  isEmpty(): Promise<boolean>;
}
