import { once } from 'node:events';
import type { Socket } from 'node:net';
import { LIMITS, telemetryTickSchema, type TelemetryTick, type Ticket } from '@rowhouse/bufferbloat-protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { closed, sendHead, start, until, type Started } from './start.ts';

let main: Started;
beforeAll(async () => {
  main = await start();
});
afterAll(() => main[Symbol.asyncDispose]());

const timers = () => process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length;
const noTests = () => until(() => main.server.stats().tests === 0 && main.server.stats().loads === 0);

interface Telemetry {
  readonly webSocket: WebSocket;
  readonly ticks: TelemetryTick[];
}

async function telemetry(ticket: Ticket): Promise<Telemetry> {
  const webSocket = new WebSocket(`ws://127.0.0.1:${main.port}/ws/telemetry?token=${ticket.token}`);
  const ticks: TelemetryTick[] = [];
  webSocket.on('message', (data: Buffer) => ticks.push(telemetryTickSchema.parse(JSON.parse(data.toString()))));
  await once(webSocket, 'open');
  return { webSocket, ticks };
}

async function download(ticket: Ticket): Promise<Socket> {
  const socket = await main.socket();
  sendHead(socket, 'GET', `/download?token=${ticket.token}`);
  await once(socket, 'data');
  socket.resume();
  return socket;
}

describe('a ticket', () => {
  it('says where to probe and what the kernel does', async () => {
    const ticket = await main.ticket();
    expect(ticket.ping.port).toBe(8005);
    expect(ticket.expiresAtMs - Date.now()).toBeGreaterThan(LIMITS.tokenMs - 5_000);
    if (process.platform === 'linux') expect(ticket.server.tcpInfo).toBe(true);
    expect(ticket.server.congestionControl).toBe(main.congestionControl);
  });

  it.runIf(process.getuid?.() === 0 && process.platform === 'linux')('is for cubic where root can choose', () => {
    expect(main.congestionControl).toBe('cubic');
  });

  it('does not tell of the way to a proxy', async () => {
    const headers = { 'x-forwarded-for': '192.0.2.1' };
    const response = await fetch(`${main.origin}/tests`, { method: 'POST', headers });
    expect(await response.json()).toMatchObject({ server: { congestionControl: 'unknown', tcpInfo: false } });
  });

  it('is not given to pages of others', async () => {
    const response = await fetch(`${main.origin}/tests`, {
      method: 'POST',
      headers: { origin: 'https://evil.example' },
    });
    expect(response.status).toBe(403);
  });
});

describe('telemetry', () => {
  it('counts uploads per 100 ms, on the clock of the server', async () => {
    const ticket = await main.ticket();
    const { webSocket, ticks } = await telemetry(ticket);
    const bytes = 30 * 2 ** 20;
    await fetch(`${main.origin}/upload?token=${ticket.token}`, { method: 'POST', body: new Uint8Array(bytes) });
    await until(() => ticks.some((tick) => tick.upload.some(([, counted]) => counted === bytes)));
    webSocket.close();
    const counts = ticks.flatMap((tick) => tick.upload);
    // A busy machine makes fewer of them, never more.
    const tookMs = (counts.at(-1)?.[0] ?? 0) - (counts[0]?.[0] ?? 0);
    expect(counts.length).toBeLessThanOrEqual(tookMs / 50 + 2);
    for (const [index, [timeMs, counted]] of counts.entries()) {
      const [beforeMs, before] = counts[index - 1] ?? [0, 0];
      expect(timeMs).toBeGreaterThan(beforeMs);
      expect(counted).toBeGreaterThanOrEqual(before);
      expect(Math.abs(timeMs - Date.now())).toBeLessThan(10_000);
    }
    await noTests();
  });

  it('ticks as often as it is asked to, and loses no count in between', async () => {
    const ticket = await main.ticket();
    const { webSocket, ticks } = await telemetry(ticket);
    await until(() => ticks.length > 0);
    expect(ticks[0]?.upload.length).toBeLessThan(4);
    expect(ticks[0]?.loopDelayMs.main).toBeGreaterThanOrEqual(0);
    webSocket.send(JSON.stringify({ type: 'interval', intervalMs: 500 }));
    await until(() => ticks.some(({ upload }) => upload.length >= 4));
    webSocket.close();
    await noTests();
  });

  it.runIf(process.platform === 'linux')('tells what the kernel knows of the downloads', async () => {
    const ticket = await main.ticket();
    const { webSocket, ticks } = await telemetry(ticket);
    const sockets = [await download(ticket), await download(ticket)];
    await until(() => (ticks.at(-1)?.tcp?.connections ?? 0) === 2 && (ticks.at(-2)?.tcp?.connections ?? 0) === 2);
    const tcp = ticks.at(-1)?.tcp;
    expect(tcp?.rttMs).toBeGreaterThan(0);
    expect(tcp?.rttMs).toBeLessThan(1000);
    expect(tcp?.minRttMs).toBeLessThanOrEqual(tcp?.rttMs ?? 0);
    expect(tcp?.deliveredBytes).toBeGreaterThan(ticks.at(-2)?.tcp?.deliveredBytes ?? 0);
    const read = sockets.reduce((sum, socket) => sum + socket.bytesRead, 0);
    expect(tcp?.deliveredBytes).toBeLessThan(read + 64 * 2 ** 20);
    webSocket.close();
    await noTests();
    for (const socket of sockets) socket.destroy();
  });

  it('resets the load of one direction when asked to', async () => {
    const ticket = await main.ticket();
    const { webSocket } = await telemetry(ticket);
    const down = await download(ticket);
    const up = await main.socket();
    sendHead(up, 'POST', `/upload?token=${ticket.token}`, ['Content-Length: 100000000']);
    up.write(Buffer.alloc(200_000));
    await until(() => main.server.stats().loads === 2);
    webSocket.send(JSON.stringify({ type: 'stop-load', direction: 'upload' }));
    const [error] = (await once(up, 'error')) as [NodeJS.ErrnoException];
    expect(error.code).toBe('ECONNRESET');
    await until(() => main.server.stats().loads === 1);
    expect(down.destroyed).toBe(false);
    webSocket.send(JSON.stringify({ type: 'stop-load', direction: 'download' }));
    await closed(down);
    expect((await fetch(`${main.origin}/download?bytes=1&token=${ticket.token}`)).status).toBe(200);
    webSocket.close();
    await noTests();
  });

  it('takes all load with it when it is closed, and the test takes no more', async () => {
    const ticket = await main.ticket();
    const { webSocket } = await telemetry(ticket);
    const sockets = [await download(ticket), await download(ticket)];
    webSocket.terminate();
    await Promise.all(sockets.map(closed));
    await noTests();
    const refused = await fetch(`${main.origin}/download?token=${ticket.token}`);
    expect(refused.status).toBe(401);
    await refused.arrayBuffer();
  });

  it('ends load that nobody listens to, and leaves no timer and no connection', async () => {
    await using alone = await start();
    const idleTimers = timers();
    const ticket = await alone.ticket();
    const socket = await alone.socket();
    sendHead(socket, 'GET', `/download?token=${ticket.token}`);
    socket.resume();
    await closed(socket);
    await until(() => alone.server.stats().tests === 0 && alone.server.stats().loads === 0);
    await until(() => timers() <= idleTimers);
  });

  it.each(['hello', '{"type":"interval","intervalMs":1}', '{"type":"stop-load","direction":"sideways"}', '[]'])(
    'is closed on %s',
    async (message) => {
      const { webSocket } = await telemetry(await main.ticket());
      webSocket.send(message);
      expect(((await once(webSocket, 'close')) as [number])[0]).toBe(1008);
      await noTests();
    },
  );

  it('is closed on a message that is too long', async () => {
    const { webSocket } = await telemetry(await main.ticket());
    webSocket.send('x'.repeat(LIMITS.textMessageBytes + 1));
    expect(((await once(webSocket, 'close')) as [number])[0]).toBe(1009);
    await noTests();
  });

  it.each(['/ws/telemetry', '/ws/telemetry?token=abc', '/ws/nothing'])('does not open %s', async (target) => {
    const webSocket = new WebSocket(`ws://127.0.0.1:${main.port}${target}`);
    const [error] = (await once(webSocket, 'error')) as [Error];
    expect(error.message).toMatch(/40[14]/);
  });
});

describe('a stop', () => {
  it('lets a running test finish, begins no other and then closes', async () => {
    const stopping = await start();
    const ticket = await stopping.ticket();
    const webSocket = new WebSocket(`ws://127.0.0.1:${stopping.port}/ws/telemetry?token=${ticket.token}`);
    await once(webSocket, 'message');
    const stopped = stopping.server.stop(10_000);
    expect((await fetch(`${stopping.origin}/tests`, { method: 'POST' })).status).toBe(503);
    expect((await fetch(`${stopping.origin}/download?bytes=5&token=${ticket.token}`)).status).toBe(200);
    webSocket.close();
    await stopped;
    await expect(fetch(`${stopping.origin}/health`)).rejects.toThrow();
  });

  it('ends what runs at the deadline', async () => {
    const stopping = await start();
    const ticket = await stopping.ticket();
    const webSocket = new WebSocket(`ws://127.0.0.1:${stopping.port}/ws/telemetry?token=${ticket.token}`);
    await once(webSocket, 'message');
    const socket = await stopping.socket();
    sendHead(socket, 'GET', `/download?token=${ticket.token}`);
    socket.resume();
    const ended = [once(webSocket, 'close'), closed(socket)];
    await stopping.server.stop(50);
    await Promise.all(ended);
  });
});
