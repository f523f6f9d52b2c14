import type { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { get, openSession } from '../support/session-client.ts';
import { closed, readAll, until } from './start.ts';
import { ALEX, refusal, sessionUrl, startUser, startWith } from './users.ts';

describe('a session by way of the main server', () => {
  it('carries the traffic of both directions', async () => {
    await using alex = await startUser('alex');
    await using main = await startWith([alex]);
    await using session = await openSession(sessionUrl(main));
    expect(session.hello).toMatchObject({
      forwarded: true,
      architecture: 'simple_multiprocess',
      server: { tcpInfo: false },
    });
    session.say({ type: 'start', baseOneWayMs: 0 });
    await session.next('report');
    session.say({ type: 'stop' });
    const last = session.next('report');
    await session.next('stopped');
    const [sent] = (await last).sent;
    expect(sent?.sent).toBeGreaterThan(0);
    expect(session.receivedBytes()).toBe(sent?.bytes);
  });

  it('counts for the visitor, not for the main server', async () => {
    await using alex = await startUser('alex', { limits: { sessionsPerAddress: 1 } });
    await using main = await startWith([alex]);
    await using mine = await openSession(sessionUrl(main), { localAddress: '127.0.0.2' });
    await using other = await openSession(sessionUrl(main), { localAddress: '127.0.0.3' });
    expect([mine.hello.forwarded, other.hello.forwarded]).toEqual([true, true]);
    const again = await refusal(openSession(sessionUrl(main), { localAddress: '127.0.0.2' }));
    expect([again.status, again.body]).toEqual([429, expect.stringContaining('too-many-sessions')]);
  });

  it.each(['closes', 'is cut off', 'half closes'])('leaves nothing behind when the client %s', async (how) => {
    await using alex = await startUser('alex');
    await using main = await startWith([alex]);
    const session = await openSession(sessionUrl(main));
    expect(alex.user.active()).toBe(1);
    const { _socket: socket } = session.webSocket as unknown as { readonly _socket: Socket };
    if (how === 'closes') session.webSocket.close();
    else if (how === 'is cut off') socket.resetAndDestroy();
    else socket.end();
    await until(() => alex.user.active() === 0 && main.server.stats().household.passedOn === 0);
    await until(() => main.server.stats().connections === 0 && alex.user.stats().connections <= 1); // the watch's own
  });

  it('ends when the process ends', async () => {
    await using alex = await startUser('alex');
    await using main = await startWith([alex]);
    await using session = await openSession(sessionUrl(main));
    await alex.kill();
    expect(await session.closed).toBe(1006);
    await until(() => main.server.stats().household.passedOn === 0);
  });

  it('passes on nothing of the client’s head but what it has checked', async () => {
    await using alex = await startUser('alex', { limits: { sessionsPerAddress: 1 } });
    await using main = await startWith([alex]);
    const made = { headers: { 'x-rowhouse-forwarded': '203.0.113.5;none;zzzzzzzz;x' } };
    expect((await refusal(openSession(sessionUrl(main), made))).status).toBe(400);
    const spoofed = { headers: { 'x-forwarded-for': '203.0.113.6', connection: 'Upgrade, x-evil', cookie: 'a=b' } };
    await using session = await openSession(sessionUrl(main), spoofed);
    expect(session.hello.forwarded).toBe(true);
    expect((await refusal(openSession(sessionUrl(main)))).status).toBe(429); // the same visitor for all that he said
  });

  const KEY = 'sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==';
  const HEAD = ['host: 127.0.0.1', 'connection: Upgrade', 'upgrade: websocket', 'sec-websocket-version: 13'];
  it.each([
    ['a key that is none', [...HEAD, 'sec-websocket-key: a b']],
    ['two keys', [...HEAD, KEY, KEY]],
    ['no key', HEAD],
    ['another version', [...HEAD.slice(0, 3), 'sec-websocket-version: 8', KEY]],
  ])('refuses %s', async (_what, head) => {
    await using alex = await startUser('alex');
    await using main = await startWith([alex]);
    const socket = await main.socket();
    socket.write(`GET ${ALEX} HTTP/1.1\r\n${head.join('\r\n')}\r\n\r\n`);
    expect((await readAll(socket)).toString()).toMatch(/^HTTP\/1.1 400 /);
    expect(alex.user.stats().sessions.opened).toBe(0);
  });

  it('does not take a request behind the handshake for one', async () => {
    await using alex = await startUser('alex');
    await using main = await startWith([alex]);
    const socket = await main.socket();
    const smuggled = 'GET /stats HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n';
    socket.write(`GET ${ALEX} HTTP/1.1\r\n${[...HEAD, KEY].join('\r\n')}\r\n\r\n${smuggled}`);
    const answer = (await readAll(socket)).toString('latin1');
    expect(answer).toMatch(/^HTTP\/1.1 101 /);
    expect(answer.match(/HTTP\/1.1/g)).toHaveLength(1);
    await closed(socket);
    await until(() => main.server.stats().household.passedOn === 0);
  });
});

describe('a stranger', () => {
  it('who knows a session’s id can neither read, change nor end it', async () => {
    await using alex = await startUser('alex');
    await using main = await startWith([alex]);
    await using victim = await openSession(sessionUrl(main));
    victim.say({ type: 'start', baseOneWayMs: 0 });
    await victim.next('started');
    const { sessionId } = victim.hello;
    for (const path of [`${ALEX}?token=${sessionId}`, `${ALEX}/${sessionId}`, `/ws/virtual-household/${sessionId}`]) {
      const status = (await get(`${main.origin}${path}`)).status;
      expect([401, 404]).toContain(status);
      for (const method of ['DELETE', 'POST', 'PUT']) {
        expect([404, 405]).toContain((await get(`${main.origin}${path}`, {}, method)).status);
      }
    }
    await using stranger = await openSession(sessionUrl(main, `?session=${sessionId}&sessionId=${sessionId}`));
    expect(stranger.hello.sessionId).not.toBe(sessionId);
    stranger.say({ type: 'start', baseOneWayMs: 0, sessionId });
    stranger.say({ type: 'stop', sessionId });
    await stranger.next('stopped');
    const before = victim.receivedBytes();
    const report = await victim.next('report');
    expect(report.sent[0]?.sent).toBeGreaterThan(0);
    expect(victim.receivedBytes()).toBeGreaterThan(before);
  });
});
