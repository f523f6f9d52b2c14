import { once } from 'node:events';
import { connect } from 'node:net';
import { decodeProbe, encodeProbe } from '@rowhouse/bufferbloat-protocol';
import { createLogger, listen, reservePort, watchLoopDelay } from '@rowhouse/service';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { clockOriginNow } from '../src/clock.ts';
import { GUARD_DEFAULTS, type GuardLimits } from '../src/guard/index.ts';
import { newTestId, signToken } from '../src/guard/token.ts';
import { loadRtc, type Rtc } from '../src/probes/rtc.ts';
import { createPingServer, type PingServer } from '../src/ping/server.ts';
import { closeCodeAfter, nextMessage, openSocket, refusedUpgrade, RtcClient } from './support/ping-client.ts';

const secret = Buffer.alloc(32, 1);
const log = createLogger({ service: 'ping', port: 0, level: 'silent' });
const token = (testId = newTestId(), lifeMs = 60_000) =>
  signToken(secret, { testId, expiresAtMs: Date.now() + lifeMs });

async function start(limits: Partial<GuardLimits>, rtcOf: (port: number) => Promise<Rtc | { reason: string }>) {
  const port = await reservePort('test', '::', 0);
  const rtc = await rtcOf(port);
  const ping = createPingServer({
    settings: {
      host: '::',
      port,
      tls: null,
      clockOriginMs: clockOriginNow(),
      secretHex: secret.toString('hex'),
      guard: { ...GUARD_DEFAULTS, allowedHosts: ['test.example'], limits: { ...GUARD_DEFAULTS.limits, ...limits } },
      user: 'nobody',
      logLevel: 'silent',
      publicAddress: null,
    },
    log,
    loopDelay: watchLoopDelay(),
    rtc: () => rtc,
  });
  await listen(ping.server, 'test', '::', port);
  return {
    ping,
    port,
    probe: (text = token()) => `ws://127.0.0.1:${port}/ws/probe?token=${text}`,
    stop: async () => {
      ping.end();
      if (!('reason' in rtc)) rtc.close();
      const closed = once(ping.server, 'close');
      ping.server.close();
      ping.server.closeAllConnections();
      await closed;
    },
  };
}

/** Waits until the server's figures are as wanted. */
async function until(ping: PingServer, wanted: (stats: ReturnType<PingServer['stats']>) => boolean): Promise<void> {
  while (!wanted(ping.stats())) await new Promise((resolve) => setTimeout(resolve, 5));
}

describe('ping server', () => {
  let server: Awaited<ReturnType<typeof start>>;
  beforeAll(async () => {
    server = await start({ connectionsPerAddress: 40 }, async (port) =>
      (await loadRtc())({ port, bindAddress: undefined }),
    );
  });
  afterAll(() => server.stop());
  const fetchPath = (path: string, init: RequestInit = {}) => fetch(`http://127.0.0.1:${server.port}${path}`, init);

  it('answers over HTTP, uncached and with every security header', async () => {
    const response = await fetchPath('/ping');
    expect(((await response.json()) as { timeMs: number }).timeMs).toBeCloseTo(Date.now(), -4);
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(response.headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    expect(await (await fetchPath('/health')).json()).toEqual({ status: 'ok', udp: true });
    expect(await (await fetchPath('/stats')).json()).toMatchObject({ udp: true, udpReason: null });
    expect(await (await fetchPath('/metrics')).text()).toContain('rowhouse_probe_sockets{service="ping"} 0');
  });

  it.each([
    ['/nothing', {}, 404, 'not-found'],
    ['/ping', { method: 'POST' }, 405, 'method-not-allowed'],
    ['/ws/probe', {}, 426, 'upgrade-needed'],
  ])('refuses %s %j', async (path, init, status, code) => {
    const response = await fetchPath(path, init);
    expect([response.status, await response.json()]).toMatchObject([status, { error: { code } }]);
  });

  it.each([
    ['GET /ping HTTP/1.1\r\n\r\n', 400],
    ['GET /ping HTTP/1.1\r\nHost: a b\r\n\r\n', 400],
    ['GET /ping HTTP/1.1\r\nHost: evil.example\r\n\r\n', 421],
    ['GET /stats HTTP/1.1\r\nHost: localhost\r\nX-Forwarded-For: 1.1.1.1\r\n\r\n', 403],
    ['nonsense\r\n\r\n', 400],
    [`GET /ping HTTP/1.1\r\nHost: localhost\r\nX: ${'x'.repeat(9000)}\r\n\r\n`, 431],
  ])('answers %j with a status', async (text, status) => {
    const socket = connect(server.port, '127.0.0.1');
    socket.write(text);
    const [data] = (await once(socket, 'data')) as [Buffer];
    expect(data.toString()).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(data.toString()).not.toContain('evil');
    socket.destroy();
  });

  it('refuses upgrades without, with a bad or an expired token, and from foreign pages', async () => {
    const url = `ws://127.0.0.1:${server.port}/ws/probe`;
    expect(await refusedUpgrade(url)).toMatchObject({ status: 401, code: 'token-needed' });
    expect(await refusedUpgrade(server.probe('bad'))).toMatchObject({ status: 401, code: 'bad-token' });
    expect(await refusedUpgrade(server.probe(token(newTestId(), -1)))).toMatchObject({ code: 'expired-token' });
    const origin = 'http://evil.example';
    expect(await refusedUpgrade(server.probe(), { origin })).toMatchObject({ status: 403, code: 'foreign-origin' });
  });

  it('answers WebSocket probes in order with its own time', async () => {
    const socket = await openSocket(server.probe(), { origin: 'http://127.0.0.1:8000' });
    for (const sequence of [1, 2, 0xffff_ffff]) {
      socket.send(encodeProbe({ sequence, timeMs: 1 }));
      const reply = decodeProbe(await nextMessage(socket));
      expect(reply?.sequence).toBe(sequence);
      expect(reply?.timeMs).toBeCloseTo(Date.now(), -4);
    }
    socket.close();
  });

  it.each([
    ['binary of another size', Buffer.alloc(13), 1003],
    ['text that is no JSON', 'hello', 1008],
    ['text of another kind', '{"type":"answer"}', 1008],
    ['a message over 8 KiB', Buffer.alloc(9000), 1009],
  ])('closes after %s', async (_what, data, code) => {
    expect(await closeCodeAfter(await openSocket(server.probe()), data)).toBe(code);
  });

  it('lets a test have four sockets, and a fifth when one has gone', async () => {
    const url = server.probe(token());
    const [first] = await Promise.all([openSocket(url), openSocket(url), openSocket(url), openSocket(url)]);
    expect(await refusedUpgrade(url)).toEqual({ status: 429, code: 'too-many-probes', retryAfter: '10' });
    const { probes } = server.ping.stats();
    first.close();
    await until(server.ping, (stats) => stats.probes < probes);
    (await openSocket(url)).terminate();
  });

  it('answers UDP probes of several clients on its one port, and closes them with their sockets', async () => {
    const sockets = await Promise.all(Array.from({ length: 5 }, () => openSocket(server.probe())));
    const clients = await Promise.all(
      sockets.map(async (socket) => {
        const client = new RtcClient();
        await client.connect(socket);
        return client;
      }),
    );
    const replies = await Promise.all(clients.map((client, index) => client.probe(index)));
    expect(replies.map((reply) => decodeProbe(reply)?.sequence)).toEqual([0, 1, 2, 3, 4]);
    expect(server.ping.stats().channels).toBe(5);
    for (const socket of sockets) socket.terminate();
    await until(server.ping, (stats) => stats.channels === 0);
    for (const client of clients) client.close();
  });

  it('ends a data channel that carries anything but probes', async () => {
    const socket = await openSocket(server.probe());
    const client = new RtcClient();
    await client.connect(socket);
    client.send(new Uint8Array(100));
    await until(server.ping, (stats) => stats.channels === 0);
    client.close();
    socket.terminate();
  });

  it('has one data channel per test, and goes on with WebSocket probes', async () => {
    const url = server.probe(token());
    const [socket, second] = await Promise.all([openSocket(url), openSocket(url)]);
    const client = new RtcClient();
    const other = new RtcClient();
    await client.connect(socket);
    await expect(other.connect(second)).rejects.toThrow('data channel already');
    second.send(encodeProbe({ sequence: 7, timeMs: 0 }));
    expect(decodeProbe(await nextMessage(second))?.sequence).toBe(7);
    for (const open of [socket, second]) open.terminate();
    for (const open of [client, other]) open.close();
  });

  it('says why an offer that is none cannot be had, and takes one offer a connection', async () => {
    const socket = await openSocket(server.probe());
    const offer = JSON.stringify({ type: 'offer', sdp: 'v=0\r\n'.repeat(100) });
    socket.send(offer);
    expect(JSON.parse((await nextMessage(socket)).toString())).toMatchObject({ type: 'unavailable' });
    expect(await closeCodeAfter(socket, offer)).toBe(1008);
  });
});

describe('ping server without UDP', () => {
  it('says so and goes on', async () => {
    const server = await start({}, () => Promise.resolve({ reason: 'no binary for this platform' }));
    expect(server.ping.stats()).toMatchObject({ udp: false, udpReason: 'no binary for this platform' });
    const socket = await openSocket(server.probe());
    const client = new RtcClient();
    await expect(client.connect(socket)).rejects.toThrow('no UDP probes');
    client.close();
    await server.stop();
  });
});

describe('limits of connections and requests', () => {
  it('answers a connection too many with 429, closes one far too many, and forgets those that ended', async () => {
    const server = await start({ connectionsPerAddress: 2 }, () => Promise.resolve({ reason: 'not needed' }));
    const open = async () => {
      const socket = connect(server.port, '127.0.0.1');
      await once(socket, 'connect');
      return socket;
    };
    const ask = async (socket: Awaited<ReturnType<typeof open>>) => {
      socket.write('GET /ping HTTP/1.1\r\nHost: localhost\r\n\r\n');
      const [data] = (await once(socket, 'data')) as [Buffer];
      return data.toString().split('\r\n')[0];
    };
    const first = await open();
    const second = await open();
    const third = await open();
    const sockets = [first, second, third, await open()];
    await until(server.ping, (stats) => stats.connections === 4);
    const fifth = connect(server.port, '127.0.0.1');
    fifth.on('error', () => {}); // closing at once may show as a reset
    await once(fifth, 'close');
    expect(await ask(first)).toBe('HTTP/1.1 200 OK');
    expect(await ask(third)).toBe('HTTP/1.1 429 Too Many Requests');
    for (const socket of sockets) socket.destroy();
    await until(server.ping, (stats) => stats.connections === 0);
    expect(await ask(await open())).toBe('HTTP/1.1 200 OK');
    await server.stop();
  });

  it('answers requests beyond the rate with 429 and Retry-After', async () => {
    const server = await start({ requestsPerS: 1 }, () => Promise.resolve({ reason: 'not needed' }));
    const statuses: number[] = [];
    // On a busy machine one more may be due again before the last.
    while (statuses.at(-1) !== 429) {
      const response = await fetch(`http://127.0.0.1:${server.port}/ping`);
      statuses.push(response.status);
      if (response.status === 429) expect(response.headers.get('retry-after')).toBe('1');
      await response.arrayBuffer();
    }
    expect(statuses.slice(0, 10)).toEqual(Array.from({ length: 10 }, () => 200));
    await server.stop();
  });
});
