import { connect } from 'node:net';
import type { IncomingMessage } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { Shared } from './session-suite.ts';
import { PASSWORD, startServer } from './support.ts';

export function protectionSuite({ server, folder }: Shared): void {
  describe('protection', () => {
    it('gives a new token at every sign-in, and ends what was there before', async () => {
      const victim = await server().signedIn('anna', 'student');
      const planted = `rowhouse=${'A'.repeat(43)}`;
      const client = server().client();
      client.cookie = planted;
      await client.signIn('anna', PASSWORD);
      expect(client.cookie).not.toBe(planted);
      const first = victim.cookie;
      await victim.signIn('anna', PASSWORD);
      expect(victim.cookie).not.toBe(first);
      const old = server().client();
      old.cookie = first;
      expect((await old.send('GET', '/api/session')).status).toBe(401);
    });

    it('changes nothing without the token of the session', async () => {
      const admin = await server().signedIn('boss', 'admin');
      const other = await server().signedIn('anna', 'admin');
      const body = { name: 'new', displayName: 'New', role: 'student' };
      for (const token of ['', 'x', other.csrf, `${admin.csrf}x`]) {
        const answer = await admin.send('POST', '/api/accounts', body, { 'x-csrf-token': token });
        expect(answer.body.error.code).toBe('bad-csrf-token');
      }
      expect((await admin.send('DELETE', '/api/session', undefined, { 'x-csrf-token': '' })).status).toBe(403);
      expect((await admin.send('POST', '/api/accounts', body)).status).toBe(201);
    });

    it('changes nothing at the request of another site', async () => {
      const admin = await server().signedIn('boss', 'admin');
      const { port } = server();
      const foreign = [
        { origin: 'http://evil.example' },
        { origin: 'null' },
        { origin: `http://127.0.0.1:${port + 1}` },
        { origin: `https://127.0.0.1:${port}` },
        { origin: '', 'sec-fetch-site': 'cross-site' },
        { origin: '', 'sec-fetch-site': 'same-site' },
        { origin: `http://127.0.0.1:${port}`, 'sec-fetch-site': 'cross-site' },
      ];
      for (const headers of foreign) {
        const codes = [
          await admin.send('POST', '/api/accounts', {}, headers),
          await admin.send('DELETE', '/api/session', undefined, headers),
          await admin.send('POST', '/api/session', { name: 'boss', password: PASSWORD }, headers),
          await admin.send('POST', '/api/first-admin', {}, headers),
        ].map(({ body }) => body.error.code);
        expect(codes, JSON.stringify(headers)).toEqual(codes.map(() => 'foreign-origin'));
      }
      // Programs that are no browsers say nothing of where they come from.
      expect((await admin.send('GET', '/api/session', undefined, { origin: '' })).status).toBe(200);
    });

    it('knows who asks for a WebSocket, and from where', async () => {
      const student = await server().signedIn('anna', 'student');
      const ask = (headers: Record<string, string>) => {
        const all = { host: `127.0.0.1:${server().port}`, upgrade: 'websocket', cookie: student.cookie, ...headers };
        return server().http.authenticate({ method: 'GET', headers: all, socket: {} } as unknown as IncomingMessage);
      };
      const own = `http://127.0.0.1:${server().port}`;
      await expect(ask({ origin: own })).resolves.toMatchObject({
        account: { name: 'anna', roomUid: expect.any(Number) },
      });
      await expect(ask({ origin: 'http://evil.example' })).rejects.toMatchObject({ code: 'foreign-origin' });
      await expect(ask({ origin: own, cookie: '' })).rejects.toMatchObject({ code: 'not-signed-in' });
    });

    it('slows down guessing at one account, and nobody else', async () => {
      await server().signedIn('anna', 'student');
      await server().signedIn('bert', 'student');
      const codes: string[] = [];
      for (let count = 0; count < 7; count += 1)
        codes.push((await server().client().signIn('anna', `wrong ${count}`)).body.error.code);
      expect(codes.slice(0, 5)).toEqual(Array.from({ length: 5 }, () => 'wrong-credentials'));
      expect(codes.slice(5)).toEqual(['too-many-attempts', 'too-many-attempts']);
      const refused = await server().client().signIn('anna', PASSWORD);
      expect(refused.status).toBe(429);
      expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
      expect((await server().client().signIn('bert', PASSWORD)).status).toBe(200);
      server().clock.turn(60_000);
      expect((await server().client().signIn('anna', PASSWORD)).status).toBe(200);
    });

    it('lets in who has signed in with that browser before, though somebody beside them guesses at their name', async () => {
      const anna = await server().signedIn('anna', 'student');
      for (let count = 0; count < 6; count += 1) await server().client().signIn('anna', `wrong ${count}`);
      expect((await server().client().signIn('anna', PASSWORD)).status).toBe(429);
      const again = server().client();
      again.cookie = anna.browserCookie;
      expect((await again.signIn('anna', PASSWORD)).status).toBe(200);
      // It is no way around the delay: what is guessed with it counts too.
      again.cookie = anna.browserCookie;
      for (let count = 0; count < 5; count += 1) {
        expect((await again.signIn('anna', `wrong ${count}`)).status).toBe(401);
        again.cookie = anna.browserCookie;
      }
      expect((await again.signIn('anna', PASSWORD)).status).toBe(429);
    });

    it('does not let many attempts at once slip through', async () => {
      await server().signedIn('anna', 'student');
      const attempts = Array.from({ length: 40 }, (_, index) => server().client().signIn('anna', `wrong ${index}`));
      const statuses = (await Promise.all(attempts)).map(({ status }) => status);
      expect(statuses.filter((status) => status === 401).length).toBeLessThanOrEqual(5);
    });

    it('lets 38 sign in while one machine behind the same address guesses', async () => {
      const accounts = Array.from({ length: 38 }, (_, index) => ({
        name: `student${index}`,
        displayName: `Student ${index}`,
        role: 'student' as const,
        password: PASSWORD,
      }));
      await server().http.accounts.createMany({ account: null, ip: null }, accounts);
      const guessing = new AbortController();
      const guess = async (id: number) => {
        for (let count = 0; !guessing.signal.aborted; count += 1)
          await server().client().signIn(`guess${id}-${count}`, 'wrong');
      };
      const guessers = Array.from({ length: 8 }, (_, id) => guess(id));
      await sleep(200);
      const answers = await Promise.all(accounts.map(({ name }) => server().client().signIn(name, PASSWORD)));
      guessing.abort();
      await Promise.all(guessers);
      expect(answers.map(({ status }) => status)).toEqual(accounts.map(() => 200));
    });

    it('answers to its names only, where it was told them', async () => {
      const named = await startServer(folder(), { allowedHosts: ['class.example'] });
      const code = async (host: string) =>
        (await named.client().send('GET', '/api/session', undefined, { host })).body.error.code;
      expect(await code('evil.example')).toBe('foreign-host');
      expect(await code('class.example:10086')).toBe('not-signed-in');
      expect(await code('127.0.0.1:10086')).toBe('not-signed-in');
      expect(await code('[::1]:10086')).toBe('not-signed-in');
      await named.stop();
    });

    it('says how browsers shall treat what they get, and not what it is made of', async () => {
      for (const path of ['/api/session', '/nothing', '/%']) {
        const { headers } = await server().client().send('GET', path);
        expect(headers['x-content-type-options'], path).toBe('nosniff');
        expect(headers['content-security-policy'], path).toContain("frame-ancestors 'none'");
        expect(headers['referrer-policy'], path).toBe('no-referrer');
        expect(JSON.stringify(headers), path).not.toMatch(/fastify|express|node/i);
      }
      expect((await server().client().send('GET', '/api/session')).headers['cache-control']).toBe('no-store');
    });

    it('answers what is no HTTP, and ends it', async () => {
      const socket = connect(server().port, '127.0.0.1');
      socket.write('\x16\x03\x01 what is this\r\n\r\n');
      let said = '';
      for await (const chunk of socket) said += String(chunk);
      expect(said).toMatch(/^HTTP\/1.1 400 .*"bad-request"/s);
    });

    it('says so when headers are too long', async () => {
      const answer = await server()
        .client()
        .send('GET', '/api/session', undefined, { 'x-long': 'x'.repeat(17_000) });
      expect(answer).toMatchObject({ status: 431, body: { error: { code: 'too-large' } } });
    });

    it('refuses other kinds of bodies than it expects', async () => {
      const client = server().client();
      const body = JSON.stringify({ name: 'anna', password: PASSWORD });
      for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x'])
        expect((await client.send('POST', '/api/session', body, { 'content-type': type })).status).toBe(415);
      expect((await client.send('POST', '/api/session', '{"name":')).status).toBe(400);
      expect((await client.send('POST', '/api/session', '{"__proto__":{"role":"admin"}}')).status).toBe(400);
      expect((await client.send('POST', '/api/session', 'x'.repeat(70_000))).status).toBe(413);
    });
  });
}
