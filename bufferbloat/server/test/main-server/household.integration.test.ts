import { once } from 'node:events';
import { discoverySchema, HOUSEHOLD_PROFILES, type Discovery } from '@rowhouse/bufferbloat-protocol';
import { describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import type { HouseholdProcess } from '../../src/settings.ts';
import { get, openSession, RefusedUpgrade, type SessionClient } from '../support/session-client.ts';
import { closed, readAll, start, until, type Started, type StartOptions } from './start.ts';
import { startUser, type StartedUser } from './users.ts';

/** The main server with these users' processes, all of which it has found. */
async function startWith(users: readonly StartedUser[], options: StartOptions = {}): Promise<Started> {
  const processes: HouseholdProcess[] = users.map(({ process }) => process);
  const main = await start({ ...options, household: { processes, ...options.household } });
  await until(() => main.server.stats().household.status === 'ok');
  return main;
}
const ALEX = '/ws/virtual-household/alex';
const discover = async (main: Started, headers: Record<string, string> = {}): Promise<Discovery> =>
  discoverySchema.parse((await get(`${main.origin}${ALEX}`, headers)).body);
const sessionUrl = (main: Started, query = '') => `${main.origin.replace('http', 'ws')}${ALEX}${query}`;
const refusal = async (opening: Promise<unknown>): Promise<RefusedUpgrade> => {
  const error: unknown = await opening.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof RefusedUpgrade) return error;
  throw new Error('it was not refused');
};

describe('discovery', () => {
  it('leads to the process, under the host that the client used, with a token of its own', async () => {
    await using alex = await startUser('alex');
    await using main = await startWith([alex]);
    const found = await discover(main, { host: '[2001:db8::1]:8000' });
    expect(found).toMatchObject({ redirect: true, user_id: 'alex', architecture: 'simple_multiprocess', udp: false });
    expect(found.websocket_url).toMatch(`ws://[2001:db8::1]:${alex.process.port}${ALEX}?token=`);
    await using session = await openSession((await discover(main)).websocket_url);
    expect(session.hello).toMatchObject({ userId: 'alex', architecture: 'simple_multiprocess', forwarded: false });
  });

  it('believes forwarded headers from a trusted proxy only', async () => {
    const forwarded = {
      'x-forwarded-for': '203.0.113.5',
      'x-forwarded-host': 'home.example',
      'x-forwarded-proto': 'https',
    };
    await using alex = await startUser('alex');
    await using behind = await startWith([alex], { guard: { trustedProxies: ['127.0.0.1'] } });
    expect((await discover(behind, forwarded)).websocket_url).toMatch(`wss://home.example:${alex.process.port}/`);
    await using open = await startWith([alex]);
    expect((await discover(open, forwarded)).websocket_url).toMatch(`ws://127.0.0.1:${alex.process.port}/`);
  });

  it('names the users there are to whoever asks for another', async () => {
    await using main = await start();
    const { status, body } = await get(`${main.origin}/ws/virtual-household/nobody`);
    expect([status, body]).toEqual([
      404,
      {
        error: {
          code: 'unknown-user',
          message: 'There is no such user; this household has alex, sarah, jake, computer.',
        },
      },
    ]);
    for (const path of ['alex/', 'ALEX', 'alex%0d%0ax-evil:%201', '..%2f..%2fstats', '__proto__', '']) {
      expect((await get(`${main.origin}/ws/virtual-household/${path}`)).status).toBe(404);
    }
  });

  it('uses the token of a test, and gives new ones only as fast as POST /tests does', async () => {
    await using main = await start({ limits: { testsPerMinute: 2 } });
    const { token } = await main.ticket();
    for (let i = 0; i < 5; i += 1) {
      const { body } = await get(`${main.origin}${ALEX}?token=${token}`);
      expect(discoverySchema.parse(body).websocket_url).toContain(token);
    }
    expect((await get(`${main.origin}${ALEX}`)).status).toBe(200);
    const { status, headers } = await get(`${main.origin}${ALEX}`);
    expect([status, headers['retry-after']]).toEqual([429, '30']);
    expect((await get(`${main.origin}${ALEX}?token=made.up`)).status).toBe(401);
  });

  it('is for pages of this server, and of those that are allowed', async () => {
    await using main = await start({ guard: { corsOrigins: ['https://other.example'] } });
    expect((await get(`${main.origin}${ALEX}`, { origin: 'https://evil.example' })).status).toBe(403);
    const { headers } = await get(`${main.origin}${ALEX}`, { origin: 'https://other.example' });
    expect(headers['access-control-allow-origin']).toBe('https://other.example');
  });
});

describe('placement', () => {
  it('takes the least loaded instance, the next one, the main server, and then nobody', async () => {
    await using first = await startUser('alex', { maxSessions: 1 });
    await using second = await startUser('alex', { instance: 1, maxSessions: 1 });
    await using main = await startWith([first, second], { household: { sessionsPerProcess: 1 } });
    const found: Discovery[] = [];
    const sessions: SessionClient[] = [];
    for (let i = 0; i < 3; i += 1) {
      const discovery = await discover(main);
      found.push(discovery);
      const session = await openSession(discovery.websocket_url);
      sessions.push(session);
      expect(session.hello.architecture).toBe(discovery.architecture);
    }
    expect(found.map(({ port, architecture, instance }) => [port, architecture, instance])).toEqual([
      [first.process.port, 'simple_multiprocess', 0],
      [second.process.port, 'simple_multiprocess', 1],
      [main.port, 'single_process', 0],
    ]);
    expect(found[2]?.reason).toBe("This user's own process has as many sessions as it may; the main server stands in.");
    const { status, headers, body } = await get(`${main.origin}${ALEX}`);
    expect([status, headers['retry-after'], body]).toMatchObject([503, '30', { error: { code: 'household-full' } }]);
    expect(await refusal(openSession(sessionUrl(main)))).toMatchObject({ status: 503, retryAfter: '10' });
    for (const session of sessions) await session[Symbol.asyncDispose]();
  });

  it('counts visitors who are on their way', async () => {
    await using first = await startUser('alex');
    await using second = await startUser('alex', { instance: 1 });
    await using main = await startWith([first, second]);
    const instances = await Promise.all(Array.from({ length: 10 }, async () => (await discover(main)).instance));
    expect(instances.filter((instance) => instance === 0)).toHaveLength(5);
  });

  it('leaves out a process that is draining, and one that has died', async () => {
    await using first = await startUser('alex');
    await using second = await startUser('alex', { instance: 1 });
    await using main = await startWith([first, second]);
    first.user.drain();
    for (let i = 0; i < 2; i += 1) {
      await using session = await openSession(sessionUrl(main));
      expect(session.hello).toMatchObject({ instance: 1, forwarded: true });
    }
    await second.kill();
    await using session = await openSession(sessionUrl(main));
    expect(session.hello).toMatchObject({ architecture: 'single_process', forwarded: false });
    const health = (await get(`${main.origin}/virtual-household/health`)).body;
    expect(health).toMatchObject({ status: 'degraded', users: { alex: { status: 'degraded', healthy: 1 } } });
  });

  it('serves everything itself in a single process', async () => {
    await using main = await start();
    expect(await discover(main)).toMatchObject({
      redirect: false,
      port: main.port,
      architecture: 'single_process',
      process_isolation: false,
      reason: 'The main server serves all users of this household.',
    });
    expect((await get(`${main.origin}/virtual-household/health`)).body).toMatchObject({
      status: 'ok',
      architecture: 'single_process',
      process_isolation: false,
      users: { sarah: { status: 'ok' } },
    });
  });
});

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
    expect(session.receivedBytes()).toBeGreaterThan(0.9 * 187_500);
    session.say({ type: 'stop' });
    await session.next('stopped');
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
    const { _socket: socket } = session.webSocket as unknown as { readonly _socket: import('node:net').Socket };
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
    expect(report.sent[0]?.sent).toBeGreaterThan(100);
    expect(victim.receivedBytes()).toBeGreaterThan(before);
  });
});

describe('reports', () => {
  it('tell everybody how it is, and private networks which processes there are', async () => {
    await using alex = await startUser('alex');
    await using main = await startWith([alex], { guard: { trustedProxies: ['127.0.0.1'] } });
    await using session = await openSession(sessionUrl(main));
    expect(session.hello.forwarded).toBe(true);
    main.server.tell({
      stopping: false,
      processes: [
        { id: 'main', port: main.port, state: 'ready', restarts: 0, pid: 77 },
        { id: 'alex', port: alex.process.port, state: 'ready', restarts: 3, pid: 78 },
      ],
    });
    await until(() => main.server.stats().household.status === 'ok');
    const read = (path: string, headers = {}) => get(`${main.origin}/virtual-household/${path}`, headers);
    const stranger = { 'x-forwarded-for': '203.0.113.5' };
    const detailed = (await read('process-health')).body;
    expect(detailed).toMatchObject({
      status: 'ok',
      architecture: 'simple_multiprocess',
      process_isolation: true,
      processes: [{ id: 'alex', user_id: 'alex', port: alex.process.port, status: 'ok', pid: 78, restarts: 3 }],
      programs: [{ id: 'main', pid: 77 }],
    });
    for (const path of ['process-health', 'stats', 'health']) {
      const { status, body } = await read(path, stranger);
      expect(status).toBe(200);
      expect(JSON.stringify(body)).not.toMatch(/"pid"|loopDelay|programs|connections/);
    }
    expect((await read('stats')).body).toMatchObject({ status: 'ok', processes: [{ id: 'alex', pid: 78 }] });
    expect((await read('profiles', stranger)).body).toEqual({ profiles: HOUSEHOLD_PROFILES });
    expect((await get(`${main.origin}/metrics`)).body).toMatch(
      /rowhouse_household_processes\{user="alex",service="main"\} 1/,
    );
  });

  it('say that the system is stopping as soon as the launcher does', async () => {
    await using main = await start();
    main.server.tell({ stopping: true, processes: [] });
    expect((await get(`${main.origin}/virtual-household/health`)).body).toMatchObject({ status: 'stopping' });
    expect((await get(`${main.origin}${ALEX}`)).status).toBe(503);
    expect((await refusal(openSession(sessionUrl(main)))).status).toBe(503);
  });
});

describe('a household test', () => {
  it('has five minutes', async () => {
    await using main = await start();
    const tests = (mode: string) => get(`${main.origin}/tests?mode=${mode}`, {}, 'POST');
    const { body } = await tests('household');
    const { expiresAtMs } = body as { readonly expiresAtMs: number };
    expect(expiresAtMs - Date.now()).toBeGreaterThan(4.9 * 60_000);
    expect((await tests('single')).status).toBe(200);
    expect((await tests('both')).status).toBe(400);
  });

  it('finds WebSocket probes on the main server, for those that it serves itself', async () => {
    await using main = await start();
    const { probe_url: url } = await discover(main);
    const probe = new WebSocket(url);
    await once(probe, 'open');
    probe.send(JSON.stringify({ type: 'offer', sdp: 'v=0' }));
    const [answer] = (await once(probe, 'message')) as [Buffer];
    expect(JSON.parse(answer.toString())).toMatchObject({ type: 'unavailable' });
    probe.send(Buffer.alloc(12));
    const [echo] = (await once(probe, 'message')) as [Buffer];
    expect(echo).toHaveLength(12);
    probe.close();
    await once(probe, 'close');
    expect((await get(`${main.origin}/ws/probe`)).status).toBe(426);
  });
});
