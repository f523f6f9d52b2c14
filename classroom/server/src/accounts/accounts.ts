import { randomUUID } from 'node:crypto';
import type { Clock } from '@rowhouse/supervisor';
import type { Kysely } from 'kysely';
import type { AuditEntry, Store } from '../db/api.ts';
import { writeAudit } from '../db/records.ts';
import type { Database } from '../db/schema.ts';
import { ClassroomError } from '../http/errors.ts';
import type { AccountRecord, SessionEndReason } from '../sessions/api.ts';
import type { AccountChange, Accounts, Actor, NewAccount, WithPassword } from './api.ts';
import type { Hasher, Lane } from './hashing.ts';
import { generatePassword } from './passwords.ts';
import { requireAdmin, requireMayActOn, requireStaff } from './permissions.ts';
import { badRoster, parseRoster } from './roster.ts';
import { deleteAccount, findRow, isNameTaken, toRecord } from './rows.ts';

export interface AccountsOptions {
  readonly store: Store;
  readonly hasher: Hasher;
  readonly clock: Clock;
  /** Sessions of the account end with what ends them, or not at all. @returns to be called once that is certain */
  readonly endSessions: (db: Kysely<Database>, account: string, reason: SessionEndReason) => Promise<() => void>;
  /** Nothing of the account runs any more when it resolves. */
  readonly closeRoom: (account: string) => Promise<void>;
  /** It is called something else now, say. */
  readonly onChanged: (account: AccountRecord) => void;
}

interface Changed {
  readonly after: AccountRecord;
  readonly onceCertain: () => void;
}

export function createAccounts(options: AccountsOptions): Accounts {
  const { store, hasher, clock, endSessions, closeRoom, onChanged } = options;
  const audit = (db: Kysely<Database>, actor: Actor, what: string, whom: string, detail: string | null = null) =>
    writeAudit(db, randomUUID(), entry(actor, what, whom, detail));
  const entry = (actor: Actor, what: string, whom: string, detail: string | null): AuditEntry => {
    const who = actor.account?.id ?? null;
    return { who, what, whom, detail, ip: actor.ip, atMs: clock.epochMs() };
  };
  const prepare = async (account: NewAccount, lane: Lane) => {
    const initialPassword = account.password ?? generatePassword();
    const password_hash = await hasher.hash(initialPassword, lane);
    const row = {
      id: randomUUID(),
      name: account.name,
      display_name: account.displayName,
      role: account.role,
      password_hash,
      must_change_password: account.mustChangePassword ?? true,
      disabled: false,
      created_at: new Date(clock.epochMs()),
    };
    return { row, initialPassword };
  };
  const existing = async (names: readonly string[]): Promise<ReadonlySet<string>> => {
    const rows = await store.query((db) =>
      db.selectFrom('accounts').select('name').where('name', 'in', names).execute(),
    );
    return new Set(rows.map(({ name }) => name));
  };

  const createMany = async (
    actor: Actor,
    wanted: readonly NewAccount[],
    lane: Lane,
  ): Promise<readonly WithPassword[]> => {
    if (wanted.length === 0) return [];
    for (const { role } of wanted) requireMayActOn(actor, role);
    const taken = await existing(wanted.map(({ name }) => name));
    if (taken.size > 0) throw nameTaken(taken);
    const prepared = await Promise.all(wanted.map((account) => prepare(account, lane)));
    const rows = await store
      .query((db) =>
        db.transaction().execute(async (transaction) => {
          const values = prepared.map(({ row }) => row);
          const inserted = await transaction.insertInto('accounts').values(values).returningAll().execute();
          for (const { id, name, role } of inserted)
            await audit(transaction, actor, 'account-created', id, `${role} ${name}`);
          return inserted;
        }),
      )
      .catch((error: unknown) => {
        throw isNameTaken(error) ? new ClassroomError('name-taken') : error;
      });
    const records = new Map(rows.map((row) => [row.id, toRecord(row)]));
    return prepared.flatMap(({ row, initialPassword }) => {
      const account = records.get(row.id);
      return account ? [{ account, initialPassword }] : [];
    });
  };

  /** Reads it, checks that the actor may, changes it, notes it: together or not at all. */
  const changing = async (
    actor: Actor,
    id: string,
    work: (db: Kysely<Database>, before: AccountRecord) => Promise<Changed>,
  ): Promise<AccountRecord> => {
    requireStaff(actor);
    const { after, onceCertain } = await store.query((db) =>
      db.transaction().execute(async (transaction) => {
        const before = await findRow(transaction, 'id', id);
        if (!before) throw new ClassroomError('no-such-account');
        requireMayActOn(actor, before.role);
        return work(transaction, toRecord(before));
      }),
    );
    onceCertain();
    onChanged(after);
    return after;
  };

  const change = (actor: Actor, id: string, wanted: AccountChange) =>
    changing(actor, id, async (db, before) => {
      if (wanted.role !== undefined) requireMayActOn(actor, wanted.role);
      const isOther = wanted.role !== undefined && wanted.role !== before.role;
      if (before.role === 'admin' && (wanted.disabled === true || isOther)) await requireAnotherAdmin(db, id);
      const values = {
        name: wanted.name ?? before.name,
        display_name: wanted.displayName ?? before.displayName,
        role: wanted.role ?? before.role,
        disabled: wanted.disabled ?? before.disabled,
      };
      const row = await db
        .updateTable('accounts')
        .set(values)
        .where('id', '=', id)
        .returningAll()
        .executeTakeFirstOrThrow();
      await audit(db, actor, 'account-changed', id, JSON.stringify(wanted));
      const isShut = row.disabled && !before.disabled;
      const ending = isShut ? 'account-disabled' : isOther ? 'role-changed' : undefined;
      const onceCertain = ending ? await endSessions(db, id, ending) : () => {};
      return { after: toRecord(row), onceCertain };
    }).catch((error: unknown) => {
      throw isNameTaken(error) ? new ClassroomError('name-taken') : error;
    });

  return {
    async create(actor, account) {
      const [created] = await createMany(actor, [account], 'now');
      if (!created) throw new ClassroomError('internal');
      return created;
    },
    createMany: (actor, wanted) => createMany(actor, wanted, 'bulk'),
    async importRoster(actor, csv) {
      requireStaff(actor);
      const rows = parseRoster(csv);
      const taken = await existing(rows.map(({ account }) => account.name));
      const problems = rows
        .filter(({ account }) => taken.has(account.name))
        .map(({ line, account }) => ({ line, message: `There is an account ${account.name} already.` }));
      if (problems.length > 0) throw badRoster(problems);
      return createMany(
        actor,
        rows.map(({ account }) => account),
        'bulk',
      );
    },
    async list(actor) {
      requireStaff(actor);
      const rows = await store.query((db) => db.selectFrom('accounts').selectAll().orderBy('name').execute());
      const own = actor.account;
      return rows
        .map(toRecord)
        .filter(({ id, role }) => own === null || own.role === 'admin' || role === 'student' || id === own.id);
    },
    find: async (id) => optional(await store.query((db) => findRow(db, 'id', id))),
    findByName: async (name) => optional(await store.query((db) => findRow(db, 'name', name))),
    change,
    async remove(actor, id) {
      requireAdmin(actor);
      // First it is shut, so that nothing begins while what runs is ended. Broken off here it is removed once more.
      const shut = await changing(actor, id, async (db, before) => {
        if (before.role === 'admin') await requireAnotherAdmin(db, id);
        await db.updateTable('accounts').set({ disabled: true }).where('id', '=', id).execute();
        return { after: before, onceCertain: await endSessions(db, id, 'account-removed') };
      });
      await closeRoom(id);
      await store.query((db) =>
        db.transaction().execute(async (transaction) => {
          await deleteAccount(transaction, id);
          await audit(transaction, actor, 'account-removed', id, `${shut.role} ${shut.name}`);
        }),
      );
      return shut;
    },
    async resetPassword(actor, id) {
      requireStaff(actor);
      const initialPassword = generatePassword();
      const password_hash = await hasher.hash(initialPassword, 'now');
      const account = await changing(actor, id, async (db) => {
        const values = { password_hash, must_change_password: true };
        const row = await db
          .updateTable('accounts')
          .set(values)
          .where('id', '=', id)
          .returningAll()
          .executeTakeFirstOrThrow();
        await audit(db, actor, 'password-reset', id);
        return { after: toRecord(row), onceCertain: await endSessions(db, id, 'password-changed') };
      });
      return { account, initialPassword };
    },
    async isEmpty() {
      const row = await store.query((db) => db.selectFrom('accounts').select('id').limit(1).executeTakeFirst());
      return row === undefined;
    },
  };
}

function optional(row: Parameters<typeof toRecord>[0] | undefined): AccountRecord | undefined {
  return row && toRecord(row);
}

function nameTaken(names: ReadonlySet<string>): ClassroomError {
  const shown = [...names].slice(0, 5).join(', ');
  return new ClassroomError('name-taken', { message: `These names are taken already: ${shown}.` });
}

async function requireAnotherAdmin(db: Kysely<Database>, id: string): Promise<void> {
  // All of them are locked in one order: of two administrators who disable each other at once, the second one waits, and sees.
  const admins = await db
    .selectFrom('accounts')
    .select('id')
    .where('role', '=', 'admin')
    .where('disabled', '=', false)
    .orderBy('id')
    .forUpdate()
    .execute();
  if (!admins.some((admin) => admin.id !== id)) throw new ClassroomError('last-admin');
}
