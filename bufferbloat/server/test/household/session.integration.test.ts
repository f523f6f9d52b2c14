import { afterEach, describe, expect, it } from 'vitest';
import { nextOffer } from '@rowhouse/bufferbloat-engine';
import { sessionMessageSchema, type SessionMessage } from '@rowhouse/bufferbloat-protocol';
import { selfSigned } from '../main-server/start.ts';
import { refusedUpgrade } from '../support/ping-client.ts';
import { Client, unixMs } from './client.ts';
import { profileOf, startUser, token, type StartOptions } from './start.ts';

const running: { stop: () => Promise<void> }[] = [];
afterEach(async () => {
  for (const server of running.splice(0)) await server.stop();
});

async function start(id: string, options: StartOptions = {}) {
  const server = await startUser(profileOf(id), options);
  running.push(server);
  return server;
}

async function begun(id: string, options: StartOptions = {}) {
  const server = await start(id, options);
  const client = new Client(server.session());
  await client.hears('hello');
  client.request({ type: 'start', baseOneWayMs: 0 });
  const { startMs } = await client.hears('started');
  return { server, client, startMs };
}

describe('a session', () => {
  it('says hello with its user and says what is going on in messages of the protocol', async () => {
    const { client } = await begun('alex');
    await client.hears('report');
    const [hello] = client.said as [Extract<SessionMessage, { type: 'hello' }>];
    expect(hello).toMatchObject({ userId: 'alex', architecture: 'simple_multiprocess', forwarded: false, instance: 0 });
    expect(hello.profile).toEqual(profileOf('alex'));
    for (const message of client.said) expect(sessionMessageSchema.parse(message)).toEqual(message);
    expect(Math.abs(hello.timeMs - unixMs())).toBeLessThan(3000);
    client.socket.close();
  });

  it.each<[string, StartOptions]>([
    ['through the kernel’s own answer', {}],
    ['without the C library', { bare: true }],
    ['under TLS', { tls: selfSigned() }],
  ])('sends alex 128 ticks a second on the grid, %s', async (_, options) => {
    const { client, startMs, server } = await begun('alex', options);
    await client.until(() => client.frames.length >= 128);
    const sequences = client.frames.map(({ header }) => header.sequence);
    expect(new Set(sequences).size).toBe(sequences.length);
    for (const { header, bytes } of client.frames) {
      expect(header.dueMs).toBeCloseTo(startMs + (header.sequence * 1000) / 128, 3);
      expect(Math.abs(bytes - 1464.84)).toBeLessThan(1);
    }
    client.request({ type: 'stop' });
    await client.hears('stopped');
    // What a busy machine could not send in time is dropped and counted; all else has come.
    const [counts] = (await client.hears('report')).sent;
    expect(counts).toMatchObject({ sent: client.frames.length, due: client.frames.length + (counts?.dropped ?? 0) });
    expect(server.stats().sessions.messages.sent).toBe(client.frames.length);
    client.socket.close();
  });

  it('reports what came from the client, with its lateness beyond the quiet line', async () => {
    const server = await start('alex');
    const client = new Client(server.session());
    await client.hears('hello');
    client.request({ type: 'start', baseOneWayMs: 5 });
    await client.hears('started');
    const dueMs = unixMs() - 50;
    client.send({ stream: 1, sequence: 0, dueMs }, 1465);
    client.send({ stream: 1, sequence: 3, dueMs: unixMs() }, 1464);
    const { arrivals, receivedBytes, sent } = await client.hears('report');
    expect(arrivals.map(([stream, sequence, , bytes]) => [stream, sequence, bytes])).toEqual([
      [1, 0, 1465],
      [1, 3, 1464],
    ]);
    expect(arrivals[0]?.[2]).toBeGreaterThan(44);
    expect(arrivals[0]?.[2]).toBeLessThan(unixMs() - dueMs);
    expect(receivedBytes).toEqual([[1, 2929]]);
    expect(sent).toMatchObject([{ stream: 0 }]);
    client.request({ type: 'stop' });
    await client.hears('stopped');
    const frames = client.frames.length;
    await client.until(() => client.said.at(-1)?.type === 'stopped');
    expect(client.frames.length).toBe(frames);
    client.socket.close();
    await client.closed();
    await server.until((stats) => stats.sessions.active === 0);
    expect(server.stats().sessions.ended).toEqual({ 'client-stopped': 1 });
  });

  it('acknowledges what it receives when it has nothing to send', async () => {
    const { client } = await begun('jake');
    await client.until(() => client.frames.some(({ header }) => header.unit === 0 && header.stream === 0));
    const segment = client.frames[0]?.header.unitBytes ?? 0;
    await client.until(() => client.ackBytes >= segment);
    client.send({ stream: 1, sequence: 0 }, 1200);
    await client.until(() => client.frames.some(({ header }) => header.stream === 255));
    expect(client.frames.at(-1)?.header.ackBytes).toBe(1200);
    client.socket.close();
  });

  it('lets bulk grow while all of it arrives', async () => {
    const { client } = await begun('computer');
    const acks = setInterval(() => client.send({ stream: 255 }, 32), 10);
    await client.until(() =>
      client.said.some(
        (message) => message.type === 'report' && message.adaptive.some((step) => step.offeredMbps > 100),
      ),
    );
    clearInterval(acks);
    const steps = client.said.flatMap((message) => (message.type === 'report' ? message.adaptive : []));
    expect(steps[0]?.offeredMbps).toBe(50);
    // A busy machine may take a round for a full line; what is offered next follows from what arrived all the same.
    for (const [index, { offeredMbps, arrivedMbps, state }] of steps.slice(0, -1).entries()) {
      expect({ state, offeredMbps: steps[index + 1]?.offeredMbps }).toEqual(nextOffer(offeredMbps, arrivedMbps, 2000));
    }
    client.socket.close();
  });

  it.each<[string, StartOptions]>([
    ['', {}],
    [' without the C library', { bare: true }],
    [' under TLS', { tls: selfSigned() }],
  ])('gives bulk the rate of a variant, and keeps it where growing is turned off%s', async (_, options) => {
    const server = await start('computer', options);
    const client = new Client(server.session());
    client.socket.once('open', () =>
      client.request({ type: 'start', variant: '200', adaptive: false, baseOneWayMs: 0 }),
    );
    await client.until(() => client.frames.length > 200);
    // From one to the next: over all of them, time that the processors did not have would count, too.
    const mbps = client.frames.slice(1).map(({ header }, index) => {
      const before = client.frames[index] ?? { bytes: 0, header };
      return before.bytes / 125 / (header.dueMs - before.header.dueMs);
    });
    expect(mbps.toSorted((a, b) => a - b)[Math.floor(mbps.length / 2)]).toBeCloseTo(200, 0);
    client.socket.close();
  });
});

describe('what a client may not do', () => {
  it.each([
    ['start twice', 'alex', (client: Client) => client.request({ type: 'start', baseOneWayMs: 0 })],
    ['text that is not JSON', 'alex', (client: Client) => client.socket.send('{')],
    ['another request', 'alex', (client: Client) => client.socket.send('{"type":"own-the-server"}')],
    ['a message without a header', 'alex', (client: Client) => client.socket.send(Buffer.alloc(31))],
    ['a stream that is the server’s', 'alex', (client: Client) => client.send({ stream: 0 })],
    ['a time that cannot be', 'alex', (client: Client) => client.send({ stream: 1, dueMs: 1 })],
    [
      'an acknowledgement of what was never sent',
      'alex',
      (client: Client) => client.send({ stream: 255, ackBytes: 4e9 }),
    ],
    [
      'a number that was there before',
      'alex',
      (client: Client) => {
        client.send({ stream: 1, sequence: 5 });
        client.send({ stream: 1, sequence: 5 });
      },
    ],
    ['a message larger than the largest', 'sarah', (client: Client) => client.send({ stream: 2 }, 2 ** 20 + 1)],
    ['a text larger than the largest', 'alex', (client: Client) => client.socket.send(' '.repeat(9000))],
  ])('%s', async (_, id, misbehave) => {
    const { server, client } = await begun(id);
    misbehave(client);
    expect(await client.closed()).toBe(1008);
    expect(client.said.at(-1)).toMatchObject({ type: 'ended', code: 'bad-message' });
    await server.until((stats) => stats.sessions.active === 0);
    expect(server.stats().sessions.ended).toEqual({ 'bad-message': 1 });
  });

  it('send more than its user would', async () => {
    const { client } = await begun('alex');
    for (let sequence = 0; sequence < 10_000; sequence += 1) client.send({ stream: 255 }, 32);
    expect(await client.closed()).toBe(1008);
    expect(client.said.at(-1)).toMatchObject({ type: 'ended', code: 'too-many-messages' });
  });

  it('begin without a token, with somebody else’s page, or as another user', async () => {
    const server = await start('alex');
    expect(await refusedUpgrade(server.session('x'))).toMatchObject({ status: 401, code: 'bad-token' });
    expect(await refusedUpgrade(server.session().replace(/\?.*/, ''))).toMatchObject({ code: 'token-needed' });
    expect(await refusedUpgrade(server.session(token(), 'sarah'))).toMatchObject({ status: 404, code: 'unknown-user' });
    const foreign = await refusedUpgrade(server.session(), { headers: { origin: 'https://evil.example' } });
    expect(foreign).toMatchObject({ status: 403, code: 'foreign-origin' });
  });

  it('take more places than there are', async () => {
    const server = await start('alex', { maxSessions: 1 });
    const client = new Client(server.session());
    await client.hears('hello');
    expect(await refusedUpgrade(server.session())).toMatchObject({
      status: 503,
      code: 'server-full',
      retryAfter: '10',
    });
    client.socket.terminate();
    await server.until((stats) => stats.connections === 0);
    const again = new Client(server.session());
    await again.hears('hello');
    again.socket.close();
  });

  it('begin while the process drains; those who are there go on', async () => {
    const { server, client } = await begun('alex');
    server.user.drain();
    expect(await refusedUpgrade(server.session())).toMatchObject({ status: 503, code: 'stopping', retryAfter: '5' });
    const frames = client.frames.length;
    await client.until(() => client.frames.length > frames + 20);
    server.user.end();
    expect(await client.closed()).toBe(1001);
    expect(client.said.at(-1)).toMatchObject({ type: 'ended', code: 'stopping' });
  });
});

it('says who it is on /health and /stats', async () => {
  const server = await start('jake', { maxSessions: 7 });
  const get = async (path: string) => (await fetch(`http://127.0.0.1:${server.port}${path}`)).json() as Promise<object>;
  const own = { user_id: 'jake', port: server.port, instance: 0, max_sessions: 7 };
  expect(await get('/health')).toEqual({ status: 'ok', ...own, sessions: 0, udp: false });
  expect(await get('/stats')).toMatchObject({ ...own, sessions: { active: 0, max: 7, opened: 0 }, draining: false });
  expect(await get('/ping')).toHaveProperty('timeMs');
  const metrics = await fetch(`http://127.0.0.1:${server.port}/metrics`);
  expect(await metrics.text()).toContain('rowhouse_sessions{service="household"} 0');
});
