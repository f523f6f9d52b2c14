import type { Kysely, Selectable } from 'kysely';
import type { AccountsTable, Database } from '../db/schema.ts';
import type { AccountRecord } from '../sessions/api.ts';

export type AccountRow = Selectable<AccountsTable>;

export function toRecord(row: AccountRow): AccountRecord {
  return {
    id: row.id,
    name: row.name,
    displayName: row.display_name,
    role: row.role,
    mustChangePassword: row.must_change_password,
    disabled: row.disabled,
    roomUid: row.room_uid,
  };
}

export function findRow(db: Kysely<Database>, by: 'id' | 'name', value: string): Promise<AccountRow | undefined> {
  return db.selectFrom('accounts').selectAll().where(by, '=', value).executeTakeFirst();
}

/** As `findRow` by id, and nobody changes it before the transaction ends: what it says of the password still holds then. */
export function findRowToKeep(db: Kysely<Database>, id: string): Promise<AccountRow | undefined> {
  return db.selectFrom('accounts').selectAll().where('id', '=', id).forShare().executeTakeFirst();
}

/** With all that is recorded of it, but for the audit log. */
export async function deleteAccount(db: Kysely<Database>, id: string): Promise<void> {
  for (const table of ['limits_reached', 'processes', 'sessions'] as const)
    await db.deleteFrom(table).where('account', '=', id).execute();
  await db.deleteFrom('accounts').where('id', '=', id).execute();
}

/** Whether an error of the database says that a name is taken. */
export function isNameTaken(error: unknown): boolean {
  return error instanceof Error && 'constraint' in error && error.constraint === 'accounts_name_unique';
}
