import { accountNameSchema } from '@rowhouse/classroom-protocol';
import type { Clock } from '@rowhouse/supervisor';
import type { Hasher } from '../accounts/hashing.ts';
import { checkStrength } from '../accounts/passwords.ts';
import { findRow, toRecord } from '../accounts/rows.ts';
import type { Attempt, Origin, Throttle } from '../accounts/throttle.ts';
import type { Store } from '../db/api.ts';
import { ClassroomError } from '../http/errors.ts';
import type { SignedIn } from './api.ts';
import { createFailureAudit } from './failure-audit.ts';
import type { Sessions } from './sessions.ts';

export interface Caller extends Omit<Origin, 'browser'> {
  /** As `KnownBrowser` says it. */
  readonly browserOf: (name: string) => string | undefined;
  readonly userAgent: string | null;
}

export interface SignInOptions {
  readonly store: Store;
  readonly sessions: Sessions;
  readonly hasher: Hasher;
  readonly throttle: Throttle;
  readonly clock: Clock;
}

type WithToken = { readonly token: string; readonly signedIn: SignedIn };

export interface SignIn {
  /** @throws ClassroomError `wrong-credentials`, `account-disabled`, `too-many-attempts`, `busy`, `database-unavailable` */
  signIn(name: string, password: string, caller: Caller): Promise<WithToken>;
  /**
   * One's own password. Every other session of the account ends, and this one gets another token.
   *
   * @throws ClassroomError as `signIn`, `weak-password`, `password-unchanged`, `not-signed-in`
   */
  changePassword(who: SignedIn, current: string, next: string, caller: Caller): Promise<WithToken>;
}

export function createSignIn({ store, sessions, hasher, throttle, clock }: SignInOptions): SignIn {
  const auditFailure = createFailureAudit(store, clock);

  /** @returns the account whose password that is */
  const check = async (attempt: Attempt, name: string, password: string, { address }: Caller) => {
    try {
      // What cannot be a name is not asked for; it takes as long to say that the password is wrong.
      const isName = accountNameSchema.safeParse(name).success;
      const row = isName ? await store.query((db) => findRow(db, 'name', name)) : undefined;
      const isRight = await hasher.verify(row?.password_hash, password, attempt.turn);
      if (row && isRight) return (attempt.succeeded(), row);
    } catch (error) {
      attempt.abandoned();
      throw error;
    }
    attempt.failed();
    auditFailure(name, address);
    throw new ClassroomError('wrong-credentials');
  };

  return {
    async signIn(givenName, password, caller) {
      const name = givenName.trim().toLowerCase();
      const row = await check(
        throttle.begin(name, { ...caller, browser: caller.browserOf(name) }),
        name,
        password,
        caller,
      );
      if (row.disabled) throw new ClassroomError('account-disabled');
      const opened = await sessions.open(row.id, row.password_hash, {
        userAgent: caller.userAgent,
        ip: caller.address,
      });
      store.audit({
        who: row.id,
        what: 'sign-in',
        whom: row.id,
        detail: null,
        ip: caller.address,
        atMs: clock.epochMs(),
      });
      return opened;
    },
    async changePassword({ account, session }, current, next, caller) {
      checkStrength(next, account.name);
      const { name } = account;
      const checkedRow = await check(throttle.beginSignedIn(name, caller), name, current, caller);
      if (current === next) throw new ClassroomError('password-unchanged');
      const password_hash = await hasher.hash(next, 'now');
      const changed = await store.query((db) =>
        db.transaction().execute(async (inside) => {
          const values = { password_hash, must_change_password: false };
          const row = await inside
            .updateTable('accounts')
            .set(values)
            .where('id', '=', account.id)
            .where('disabled', '=', false)
            .where('password_hash', '=', checkedRow.password_hash) // not one that was reset meanwhile
            .returningAll()
            .executeTakeFirst();
          if (!row) throw new ClassroomError('not-signed-in');
          return { row, renewed: await sessions.renew(inside, session.id, account.id) };
        }),
      );
      sessions.accountChanged(toRecord(changed.row));
      const signedIn = changed.renewed.apply();
      if (!signedIn) throw new ClassroomError('not-signed-in');
      const what = { who: account.id, what: 'password-changed', whom: account.id, detail: null };
      store.audit({ ...what, ip: caller.address, atMs: clock.epochMs() });
      return { token: changed.renewed.token, signedIn };
    },
  };
}
