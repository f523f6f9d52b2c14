import { randomBytes, randomUUID, timingSafeEqual } from 'node:crypto';
import type { Clock } from '@rowhouse/supervisor';
import { type Kysely, sql } from 'kysely';
import type { Store } from '../db/api.ts';
import { writeAudit } from '../db/records.ts';
import type { Database } from '../db/schema.ts';
import { ClassroomError } from '../http/errors.ts';
import { hashToken } from '../sessions/tokens.ts';
import type { Hasher } from './hashing.ts';
import { checkStrength } from './passwords.ts';
import { type AccountRow, isNameTaken } from './rows.ts';

const GOOD_FOR_MS = 24 * 3_600_000;
/** Names the lock in the database under which the first administrator is made. */
const LOCK = 740_386_001;

export interface FirstAdmin {
  /** @returns a new token, in place of the last; `undefined`: there is an administrator */
  offer(): Promise<string | undefined>;
  /** @throws ClassroomError `bad-token`, `admin-exists`, `name-taken`, `weak-password`, `busy`, `database-unavailable` */
  claim(claim: FirstAdminClaim): Promise<AccountRow>;
}

export interface FirstAdminClaim {
  readonly token: string;
  readonly name: string;
  readonly password: string;
  readonly ip: string | null;
}

/** While there is no administrator, whoever holds the token that the operator asked for may become one. */
export function createFirstAdmin(store: Store, hasher: Hasher, clock: Clock): FirstAdmin {
  let offered: { readonly hash: Buffer; readonly untilMs: number } | undefined;
  return {
    async offer() {
      offered = undefined;
      if (await store.query(hasAdmin)) return undefined;
      const token = randomBytes(32).toString('base64url');
      offered = { hash: hashToken(token), untilMs: clock.nowMs() + GOOD_FOR_MS };
      return token;
    },
    async claim({ token, name, password, ip }) {
      const valid = offered;
      if (!valid || clock.nowMs() > valid.untilMs || !timingSafeEqual(hashToken(token), valid.hash))
        throw new ClassroomError('bad-token');
      checkStrength(password, name);
      const password_hash = await hasher.hash(password, 'now');
      const admin = { id: randomUUID(), name, password_hash, at: new Date(clock.epochMs()), ip };
      const account = await store
        .query((db) => db.transaction().execute((inside) => insert(inside, admin)))
        .catch(rethrow);
      offered = undefined;
      return account;
    },
  };
}

async function insert(
  db: Kysely<Database>,
  { id, name, password_hash, at, ip }: { id: string; name: string; password_hash: string; at: Date; ip: string | null },
): Promise<AccountRow> {
  await sql`SELECT pg_advisory_xact_lock(${sql.lit(LOCK)})`.execute(db);
  if (await hasAdmin(db)) throw new ClassroomError('admin-exists');
  const who = { id, name, display_name: name, role: 'admin' as const, password_hash };
  const values = { ...who, must_change_password: false, disabled: false, created_at: at };
  const row = await db.insertInto('accounts').values(values).returningAll().executeTakeFirstOrThrow();
  const what = { who: id, what: 'first-admin', whom: id, detail: name, ip, atMs: at.getTime() };
  await writeAudit(db, randomUUID(), what);
  return row;
}

async function hasAdmin(db: Kysely<Database>): Promise<boolean> {
  return (
    (await db.selectFrom('accounts').select('id').where('role', '=', 'admin').limit(1).executeTakeFirst()) !== undefined
  );
}

function rethrow(error: unknown): never {
  throw isNameTaken(error) ? new ClassroomError('name-taken') : error;
}
