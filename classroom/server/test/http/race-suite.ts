import { describe, expect, it } from 'vitest';
import type { Hasher } from '../../src/accounts/hashing.ts';
import { createThrottle } from '../../src/accounts/throttle.ts';
import type { Store } from '../../src/db/api.ts';
import { createSessions } from '../../src/sessions/sessions.ts';
import { createSignIn } from '../../src/sessions/sign-in.ts';
import type { Shared } from './session-suite.ts';
import { log, PASSWORD } from './support.ts';

const SYSTEM = { account: null, ip: null };
const NEXT = 'another horse battery';

export function raceSuite({ server }: Shared): void {
  /** Sign-in over the same database, with a moment of the test's choice between what it does. */
  const between = (moments: {
    /** While the password is being checked; it turns out to be right. */
    readonly whileChecked?: () => Promise<unknown>;
    /** After each time that the database was asked. */
    readonly afterQuery?: (result: unknown) => Promise<unknown>;
  }) => {
    const { store: real, clock } = server();
    const store: Store = {
      ...real,
      async query(work) {
        const result = await real.query(work);
        await moments.afterQuery?.(result);
        return result;
      },
    };
    const hasher: Hasher = {
      hash: () => Promise.resolve('a new hash'),
      verify: async () => {
        await moments.whileChecked?.();
        return true;
      },
      waiting: () => 0,
    };
    const sessions = createSessions(store, clock, log);
    const signIn = createSignIn({ store, sessions, hasher, throttle: createThrottle(clock), clock });
    return { sessions, signIn };
  };
  const caller = { userAgent: null, address: '10.0.0.1', connection: {}, browserOf: () => undefined };
  const create = async () => {
    const account = { name: 'anna', displayName: 'Anna', role: 'student' as const, password: PASSWORD };
    return (await server().http.accounts.create(SYSTEM, account)).account;
  };
  const openSessions = () =>
    server().store.query((db) => db.selectFrom('sessions').select('id').where('ended_at', 'is', null).execute());

  describe('a password that is replaced while it is checked', () => {
    it('opens no session', async () => {
      const { id } = await create();
      const { sessions, signIn } = between({ whileChecked: () => server().http.accounts.resetPassword(SYSTEM, id) });
      await expect(signIn.signIn('anna', PASSWORD, caller)).rejects.toMatchObject({ code: 'wrong-credentials' });
      expect(await openSessions()).toEqual([]);
      sessions.stop();
    });

    it('opens none either when its account was disabled meanwhile', async () => {
      const { id } = await create();
      const { sessions, signIn } = between({
        whileChecked: () => server().http.accounts.change(SYSTEM, id, { disabled: true }),
      });
      await expect(signIn.signIn('anna', PASSWORD, caller)).rejects.toMatchObject({ code: 'account-disabled' });
      expect(await openSessions()).toEqual([]);
      sessions.stop();
    });

    it('opens none that outlives a reset which came right after it', async () => {
      const { id } = await create();
      let opened = false;
      const parts = between({
        async afterQuery() {
          // The first time that a session is there, before anybody was told of it.
          if (opened || (await openSessions()).length === 0) return;
          opened = true;
          const certain = await server().store.query((db) => parts.sessions.endAllOf(db, id, 'password-changed'));
          certain();
        },
      });
      await expect(parts.signIn.signIn('anna', PASSWORD, caller)).rejects.toMatchObject({ code: 'wrong-credentials' });
      expect(opened).toBe(true);
      parts.sessions.stop();
    });

    it('is not replaced once more by who knew the old one', async () => {
      const { id } = await create();
      let reset = '';
      const { sessions, signIn } = between({});
      const { signedIn } = await signIn.signIn('anna', PASSWORD, caller);
      const late = between({
        async whileChecked() {
          reset = (await server().http.accounts.resetPassword(SYSTEM, id)).initialPassword;
        },
      });
      await expect(late.signIn.changePassword(signedIn, PASSWORD, NEXT, caller)).rejects.toMatchObject({
        code: 'not-signed-in',
      });
      expect((await server().client().signIn('anna', reset)).status).toBe(200);
      sessions.stop();
      late.sessions.stop();
    });
  });
}
