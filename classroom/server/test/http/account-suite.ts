import { describe, expect, it } from 'vitest';
import type { Shared } from './session-suite.ts';
import { type Client, PASSWORD, startServer } from './support.ts';

const CSV = { 'content-type': 'text/csv' };

export function accountSuite({ server, folder }: Shared): void {
  const create = (who: Client, name: string, role: string) =>
    who.send('POST', '/api/accounts', { name, displayName: name, role });

  describe('accounts', () => {
    it('lets teachers act on students, admins on everyone, students on nobody', async () => {
      const [admin, teacher, student] = [
        await server().signedIn('boss', 'admin'),
        await server().signedIn('miss', 'teacher'),
        await server().signedIn('anna', 'student'),
      ] as const;
      const idOf = async (name: string) => (await server().http.accounts.findByName(name))!.id;
      const [boss, miss, anna] = [await idOf('boss'), await idOf('miss'), await idOf('anna')] as const;

      expect((await create(student, 'x', 'student')).status).toBe(403);
      expect((await student.send('GET', '/api/accounts')).status).toBe(403);
      expect((await student.send('POST', '/api/roster', 'x,y', CSV)).status).toBe(403);
      expect((await student.send('PATCH', `/api/accounts/${anna}`, { displayName: 'Queen' })).status).toBe(403);

      expect((await create(teacher, 'bert', 'student')).status).toBe(201);
      expect((await create(teacher, 'mister', 'teacher')).status).toBe(403);
      expect((await create(teacher, 'chief', 'admin')).status).toBe(403);
      for (const other of [boss, miss]) {
        expect((await teacher.send('PATCH', `/api/accounts/${other}`, { disabled: true })).status).toBe(403);
        expect((await teacher.send('POST', `/api/accounts/${other}/reset-password`)).status).toBe(403);
      }
      expect((await teacher.send('GET', '/api/audit')).status).toBe(403);
      const seen = (await teacher.send('GET', '/api/accounts')).body.accounts.map(({ name }: { name: string }) => name);
      expect(seen).toEqual(['anna', 'bert', 'miss']);

      expect((await create(admin, 'mister', 'teacher')).status).toBe(201);
      expect(
        (await admin.send('PATCH', `/api/accounts/${miss}`, { displayName: 'Ms Miss' })).body.account.displayName,
      ).toBe('Ms Miss');
      expect((await admin.send('GET', '/api/accounts')).body.accounts).toHaveLength(5);
      const entries = (await admin.send('GET', '/api/audit?limit=500')).body.entries;
      expect(entries.map(({ what }: { what: string }) => what)).toContain('account-changed');
      const page = (await admin.send('GET', `/api/audit?limit=1&before=${entries[0].seq}`)).body.entries;
      expect(page).toEqual([entries[1]]);
    });

    it('gives every account a number of its own', async () => {
      const system = { account: null, ip: null };
      const names = ['a', 'b', 'c', 'd'].map((name) => ({ name, displayName: name, role: 'student' as const }));
      const made = await server().http.accounts.createMany(system, names);
      const uids = made.map(({ account }) => account.roomUid);
      expect(new Set(uids).size).toBe(4);
      for (const uid of uids) expect(uid).toBeGreaterThan(0);
    });

    it('tells a name that is taken, also to two who want it at once', async () => {
      const admin = await server().signedIn('boss', 'admin');
      const statuses = (await Promise.all([1, 2, 3].map(() => create(admin, 'anna', 'student')))).map(
        ({ status }) => status,
      );
      expect(statuses.sort((a, b) => a - b)).toEqual([201, 409, 409]);
      const bert = (await create(admin, 'bert', 'student')).body.account;
      const renamed = await admin.send('PATCH', `/api/accounts/${bert.id}`, { name: 'anna' });
      expect(renamed.body.error.code).toBe('name-taken');
      expect((await admin.send('PATCH', `/api/accounts/${bert.id}`, { name: 'berta' })).body.account.name).toBe(
        'berta',
      );
    });

    it('ends what a disabled account has open, and lets it in again when it is enabled', async () => {
      const admin = await server().signedIn('boss', 'admin');
      const student = await server().signedIn('anna', 'student');
      const ended: string[] = [];
      server().http.sessions.onEnded((_id, reason) => ended.push(reason));
      const { id } = (await student.send('GET', '/api/session')).body.account;
      await admin.send('PATCH', `/api/accounts/${id}`, { disabled: true });
      expect(ended).toEqual(['account-disabled']);
      expect((await student.send('GET', '/api/session')).status).toBe(401);
      expect((await student.signIn('anna', PASSWORD)).body.error.code).toBe('account-disabled');
      expect((await student.signIn('anna', 'wrong')).body.error.code).toBe('wrong-credentials');
      await admin.send('PATCH', `/api/accounts/${id}`, { disabled: false });
      expect((await student.signIn('anna', PASSWORD)).status).toBe(200);
    });

    it('never loses its last administrator, even if two disable each other at once', async () => {
      const one = await server().signedIn('one', 'admin');
      const two = await server().signedIn('two', 'admin');
      const [first, second] = (await one.send('GET', '/api/accounts')).body.accounts;
      const disable = (who: Client, id: string) => who.send('PATCH', `/api/accounts/${id}`, { disabled: true });
      await Promise.all([disable(one, second.id), disable(two, first.id)]);
      const left = await server().store.query((db) =>
        db.selectFrom('accounts').select('id').where('disabled', '=', false).execute(),
      );
      expect(left).toHaveLength(1);
    });

    it('gives another role, as far as the actor’s own goes, and ends what was open with the old one', async () => {
      const admin = await server().signedIn('boss', 'admin');
      const teacher = await server().signedIn('miss', 'teacher');
      const student = await server().signedIn('anna', 'student');
      const { id } = (await student.send('GET', '/api/session')).body.account;
      const ended: string[] = [];
      server().http.sessions.onEnded((_id, reason) => ended.push(reason));
      const role = (who: Client, wanted: string, whom = id) =>
        who.send('PATCH', `/api/accounts/${whom}`, { role: wanted });
      expect((await role(teacher, 'teacher')).body.error.code).toBe('not-allowed');
      expect((await role(teacher, 'admin')).body.error.code).toBe('not-allowed');
      expect((await role(admin, 'headmaster')).body.error.code).toBe('bad-request');
      expect((await role(teacher, 'student')).body.account.role).toBe('student');
      expect(ended).toEqual([]);
      expect((await role(admin, 'teacher')).body.account.role).toBe('teacher');
      expect(ended).toEqual(['role-changed']);
      expect((await student.send('GET', '/api/session')).status).toBe(401);
      expect((await student.signIn('anna', PASSWORD)).body.account.role).toBe('teacher');
      const own = (await admin.send('GET', '/api/session')).body.account.id;
      expect((await role(admin, 'teacher', own)).body.error.code).toBe('last-admin');
      expect((await role(admin, 'admin', own)).status).toBe(200);
    });

    it('is removed by an administrator for good: sessions, room and records, but not what the audit says', async () => {
      const admin = await server().signedIn('boss', 'admin');
      const teacher = await server().signedIn('miss', 'teacher');
      const student = await server().signedIn('anna', 'student');
      const { id } = (await student.send('GET', '/api/session')).body.account;
      const own = (await admin.send('GET', '/api/session')).body.account.id;
      const { roomUid } = (await server().http.accounts.find(id))!;
      const started = { id: 'p', account: id, kind: 'script' as const, file: null, startedAtMs: 0 };
      server().store.processStarted({ ...started, pid: 1, startTicks: null, bootId: null });
      server().store.limitReached({ account: id, limit: 'cpu-limit', message: 'x', atMs: 0 });
      const rows = () => server().store.query((db) => db.selectFrom('processes').select('id').execute());
      await expect.poll(rows).toHaveLength(1);
      const ended: string[] = [];
      server().http.sessions.onEnded((_id, reason) => ended.push(reason));

      expect((await teacher.send('DELETE', `/api/accounts/${id}`)).body.error.code).toBe('not-allowed');
      expect((await student.send('DELETE', `/api/accounts/${id}`)).body.error.code).toBe('not-allowed');
      expect((await admin.send('DELETE', `/api/accounts/${own}`)).body.error.code).toBe('last-admin');
      expect(server().closedRooms).toEqual([]);
      expect((await admin.send('DELETE', `/api/accounts/${id}`)).status).toBe(204);

      expect(ended).toEqual(['account-removed']);
      expect(server().closedRooms).toEqual([id]);
      expect((await student.send('GET', '/api/session')).status).toBe(401);
      expect((await student.signIn('anna', PASSWORD)).body.error.code).toBe('wrong-credentials');
      expect((await admin.send('DELETE', `/api/accounts/${id}`)).body.error.code).toBe('no-such-account');
      expect(await rows()).toEqual([]);
      const [entry] = (await admin.send('GET', '/api/audit?limit=1')).body.entries;
      expect(entry).toMatchObject({ who: own, what: 'account-removed', whom: id, detail: 'student anna' });
      // The name is free again; files belong to the number of whoever had it, so nobody gets that again.
      await create(admin, 'anna', 'student');
      expect((await server().http.accounts.findByName('anna'))!.roomUid).toBeGreaterThan(roomUid);
    });

    it('resets a password: a new one, to be changed, and all sessions end', async () => {
      const teacher = await server().signedIn('miss', 'teacher');
      const student = await server().signedIn('anna', 'student');
      const { id } = (await student.send('GET', '/api/session')).body.account;
      const reset = await teacher.send('POST', `/api/accounts/${id}/reset-password`);
      expect((await student.send('GET', '/api/session')).status).toBe(401);
      expect((await student.signIn('anna', PASSWORD)).status).toBe(401);
      const again = await student.signIn('anna', reset.body.initialPassword);
      expect(again.body.account.mustChangePassword).toBe(true);
    });

    it('notices what another program changed in the database', async () => {
      const student = await server().signedIn('anna', 'student');
      const other = await startServer(folder());
      const account = (await other.http.accounts.findByName('anna'))!;
      await other.http.accounts.change({ account: null, ip: null }, account.id, { disabled: true });
      await other.stop();
      expect((await student.send('GET', '/api/session')).status).toBe(200);
      server().clock.turn(15_000);
      await expect.poll(async () => (await student.send('GET', '/api/session')).status).toBe(401);
    });
  });

  describe('a list of students', () => {
    it('is imported whole, with passwords told once', async () => {
      const teacher = await server().signedIn('miss', 'teacher');
      const csv = '\uFEFFUsername;Full name;Password\r\nANNA;"Anna ""A"" Über";\r\nbert;Bert;his own password\r\n';
      const answer = await teacher.send('POST', '/api/roster', csv, CSV);
      expect(answer.status).toBe(201);
      const [anna, bert] = answer.body.accounts;
      expect(anna.account).toMatchObject({ name: 'anna', displayName: 'Anna "A" Über', role: 'student' });
      expect(bert.initialPassword).toBe('his own password');
      const signedIn = await server().client().signIn('anna', anna.initialPassword);
      expect(signedIn.body.account.mustChangePassword).toBe(true);
      const hashes = await server().store.query((db) => db.selectFrom('accounts').select('password_hash').execute());
      for (const { password_hash } of hashes) expect(password_hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    });

    it('is imported not at all when a row is wrong', async () => {
      const teacher = await server().signedIn('miss', 'teacher');
      const csv = 'name,display name\nanna,Anna\nmiss,Miss\nb ad,Bad\nanna,Again\n';
      const answer = await teacher.send('POST', '/api/roster', csv, CSV);
      expect(answer.status).toBe(400);
      expect(answer.body.error.code).toBe('bad-roster');
      expect(answer.body.error.problems.map(({ line }: { line: number }) => line)).toEqual([4, 5]);
      const taken = await teacher.send('POST', '/api/roster', 'name\nanna\nmiss\n', CSV);
      expect(taken.body.error.problems).toEqual([{ line: 3, message: 'There is an account miss already.' }]);
      expect(await server().http.accounts.findByName('anna')).toBeUndefined();
    });

    it('says when it is not UTF-8', async () => {
      const teacher = await server().signedIn('miss', 'teacher');
      const answer = await teacher.send('POST', '/api/roster', Buffer.from('name\nj\xFCrgen\n', 'latin1'), CSV);
      expect(answer.body.error.problems[0].message).toContain('UTF-8');
    });
  });
}
