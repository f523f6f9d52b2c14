import { once } from 'node:events';
import { discoverySchema, HOUSEHOLD_PROFILES, type Discovery } from '@rowhouse/bufferbloat-protocol';
import { describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { get, openSession, type SessionClient } from '../support/session-client.ts';
import { start, until, type Started } from './start.ts';
import { ALEX, refusal, sessionUrl, startUser, startWith } from './users.ts';

const discover = async (main: Started, headers: Record<string, string> = {}): Promise<Discovery> =>
  discoverySchema.parse((await get(`${main.origin}${ALEX}`, headers)).body);

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

  it('answers every user of one test, also while all of them connect anew', async () => {
    await using main = await start();
    const { probe_url: url } = await discover(main);
    const probes = Array.from({ length: 4 * HOUSEHOLD_PROFILES.length }, () => new WebSocket(url));
    await Promise.all(probes.map((probe) => once(probe, 'open')));
    for (const probe of probes) probe.terminate();
  });
});
