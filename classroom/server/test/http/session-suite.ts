import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { get } from 'node:https';
import { describe, expect, it } from 'vitest';
import { PASSWORD, startServer, type TestServer } from './support.ts';

export interface Shared {
  readonly server: () => TestServer;
  readonly folder: () => string;
}

export function sessionSuite({ server, folder }: Shared): void {
  describe('sessions', () => {
    it('signs in, says who that is, and signs out at once', async () => {
      const student = await server().signedIn('anna', 'student');
      const ended: string[] = [];
      server().http.sessions.onEnded((_id, reason) => ended.push(reason));
      const who = await student.send('GET', '/api/session');
      expect(who.status).toBe(200);
      expect(who.body.account).toMatchObject({ name: 'anna', role: 'student', mustChangePassword: false });
      expect(who.body.account).not.toHaveProperty('roomUid');
      const cookie = student.cookie;
      const out = await student.send('DELETE', '/api/session');
      expect(out.status).toBe(204);
      expect(ended).toEqual(['signed-out']);
      student.cookie = cookie;
      expect((await student.send('GET', '/api/session')).body.error.code).toBe('not-signed-in');
    });

    it('takes names as people type them, and answers alike for a wrong password and for nobody', async () => {
      await server().signedIn('anna', 'student');
      expect((await server().client().signIn('  Anna ', PASSWORD)).status).toBe(200);
      const wrong = await server().client().signIn('anna', 'something else');
      const nobody = await server().client().signIn('nobody', 'something else');
      expect(wrong.status).toBe(401);
      expect(nobody.body).toEqual(wrong.body);
      expect((await server().client().signIn('anna\0', PASSWORD)).body).toEqual(wrong.body);
    });

    it('takes as long for a name that nobody has', async () => {
      await server().signedIn('anna', 'student');
      await server().client().signIn('nobody', 'x');
      const times = { anna: [] as number[], nobody: [] as number[] };
      for (let round = 0; round < 12; round += 1) {
        // The right password: the throttle stays out of it, and the work is the same.
        times.anna.push(
          (
            await server()
              .client()
              .signIn('anna', round % 2 ? 'wrong' : PASSWORD)
          ).tookMs,
        );
        times.nobody.push((await server().client().signIn(`nobody${round}`, 'x')).tookMs);
      }
      const median = (values: number[]) => values.sort((a, b) => a - b).at(values.length / 2) ?? 0;
      const [anna, nobody] = [median(times.anna), median(times.nobody)];
      expect(nobody).toBeGreaterThan(anna * 0.5);
      expect(nobody).toBeLessThan(anna * 2);
    });

    it('sends a cookie that scripts and other sites do not get', async () => {
      await server().signedIn('anna', 'student');
      const answer = await server().client().signIn('anna', PASSWORD);
      expect(answer.headers['set-cookie']![0]).toMatch(/^rowhouse=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict$/);
      const behindTls = await startServer(folder(), { tlsInFront: true });
      const client = behindTls.client();
      const origin = `https://127.0.0.1:${behindTls.port}`;
      const secure = await client.send('POST', '/api/session', { name: 'anna', password: PASSWORD }, { origin });
      expect(secure.headers['set-cookie']![0]).toMatch(
        /^__Host-rowhouse=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict; Secure$/,
      );
      await behindTls.stop();
    });

    it('speaks TLS where it has a certificate', async () => {
      const fixtures = new URL('../../../../foundation/service/test/fixtures/', import.meta.url);
      const read = (name: string) => readFileSync(new URL(name, fixtures), 'utf8');
      const tls = await startServer(folder(), { tls: { cert: read('one.cert.pem'), key: read('one.key.pem') } });
      const options = { host: '127.0.0.1', port: tls.port, path: '/api/session', rejectUnauthorized: false };
      const [response] = await once(get({ ...options, agent: false }), 'response');
      response.resume();
      expect(response.statusCode).toBe(401);
      expect(response.socket.getProtocol()).toBe('TLSv1.3');
      await tls.stop();
    });

    it('survives a restart of the server', async () => {
      const student = await server().signedIn('anna', 'student');
      const next = await startServer(folder());
      const again = next.client();
      again.cookie = student.cookie;
      expect((await again.send('GET', '/api/session')).body).toMatchObject({
        account: { name: 'anna' },
        csrfToken: student.csrf,
      });
      await next.stop();
    });

    it('ends after 12 idle hours, and after 7 days however busy', async () => {
      const student = await server().signedIn('anna', 'student');
      for (let hours = 0; hours < 7 * 24 - 10; hours += 10) {
        server().clock.turn(10 * 3_600_000);
        expect((await student.send('GET', '/api/session')).status).toBe(200);
      }
      server().clock.turn(11 * 3_600_000);
      expect((await student.send('GET', '/api/session')).status).toBe(401);
      const other = await server().signedIn('bert', 'student');
      server().clock.turn(13 * 3_600_000);
      expect((await other.send('GET', '/api/session')).status).toBe(401);
    });

    it('keeps 20 sessions of an account', async () => {
      const first = await server().signedIn('anna', 'student');
      const ended: string[] = [];
      server().http.sessions.onEnded((_id, reason) => ended.push(reason));
      for (let count = 0; count < 20; count += 1) {
        server().clock.turn(10);
        await server().client().signIn('anna', PASSWORD);
      }
      expect(ended).toEqual(['too-many-sessions']);
      expect((await first.send('GET', '/api/session')).status).toBe(401);
    });

    it('makes who got a password choose one first; other sessions end, and tokens change', async () => {
      const admin = { account: null, ip: null };
      const { account, initialPassword } = await server().http.accounts.create(admin, {
        name: 'anna',
        displayName: 'Anna',
        role: 'teacher',
      });
      expect(initialPassword).toMatch(/^([b-z2-9]{4}-){3}[b-z2-9]{4}$/);
      const here = server().client();
      await here.signIn('anna', initialPassword);
      const elsewhere = server().client();
      await elsewhere.signIn('anna', initialPassword);
      expect((await here.send('GET', '/api/accounts')).body.error.code).toBe('password-change-required');
      const change = (current: string, next: string) => here.send('POST', '/api/session/password', { current, next });
      expect((await change('wrong wrong wrong', PASSWORD)).body.error.code).toBe('wrong-credentials');
      expect((await change(initialPassword, initialPassword)).body.error.code).toBe('password-unchanged');
      expect((await change(initialPassword, 'anna-1234567')).body.error.code).toBe('weak-password');
      expect((await change(initialPassword, 'short')).body.error.code).toBe('bad-request');
      const before = here.cookie;
      const changed = await change(initialPassword, PASSWORD);
      expect(changed.status).toBe(200);
      expect(changed.body.account).toMatchObject({ id: account.id, mustChangePassword: false });
      expect(changed.body.csrfToken).not.toBe(here.csrf);
      here.csrf = changed.body.csrfToken;
      expect((await here.send('GET', '/api/accounts')).status).toBe(200);
      expect((await elsewhere.send('GET', '/api/session')).status).toBe(401);
      elsewhere.cookie = before;
      expect((await elsewhere.send('GET', '/api/session')).status).toBe(401);
    });

    it('signs in 38 at once', async () => {
      const accounts = Array.from({ length: 38 }, (_, index) => ({
        name: `student${index}`,
        displayName: `Student ${index}`,
        role: 'student' as const,
        password: PASSWORD,
        mustChangePassword: false,
      }));
      await server().http.accounts.createMany({ account: null, ip: null }, accounts);
      const startMs = performance.now();
      const answers = await Promise.all(accounts.map(({ name }) => server().client().signIn(name, PASSWORD)));
      const tookMs = performance.now() - startMs;
      expect(answers.map(({ status }) => status)).toEqual(accounts.map(() => 200));
      // How long it may take is for the bench to judge, on a machine that does nothing else.
      console.log(`38 sign-ins at once: ${tookMs.toFixed(0)} ms`);
    });
  });

  describe('the first administrator', () => {
    it('is whoever has the link, once', async () => {
      const token = (await server().http.offerFirstAdmin())!;
      const client = server().client();
      const claim = (given: string, name = 'root') =>
        client.send('POST', '/api/first-admin', { token: given, name, password: PASSWORD });
      expect((await claim('x'.repeat(43))).body.error.code).toBe('bad-token');
      const made = await claim(token);
      expect(made.status).toBe(201);
      expect(made.body.account).toMatchObject({ name: 'root', role: 'admin', mustChangePassword: false });
      expect((await client.send('GET', '/api/session')).status).toBe(200);
      expect((await claim(token, 'other')).body.error.code).toBe('bad-token');
      expect(await server().http.offerFirstAdmin()).toBeUndefined();
    });

    it('is one, also when two have the link at the same moment', async () => {
      const token = (await server().http.offerFirstAdmin())!;
      const claim = (name: string) =>
        server().client().send('POST', '/api/first-admin', { token, name, password: PASSWORD });
      const statuses = (await Promise.all([claim('one'), claim('two'), claim('three')])).map(({ status }) => status);
      expect(statuses.filter((status) => status === 201)).toHaveLength(1);
      expect(statuses.filter((status) => status === 409)).toHaveLength(2);
    });

    it('comes too late after 24 hours', async () => {
      const token = (await server().http.offerFirstAdmin())!;
      server().clock.turn(24 * 3_600_000 + 1);
      const late = await server()
        .client()
        .send('POST', '/api/first-admin', { token, name: 'root', password: PASSWORD });
      expect(late.body.error.code).toBe('bad-token');
    });
  });
}
