import { once } from 'node:events';
import { LIMITS, errorBodySchema } from '@rowhouse/bufferbloat-protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { readAll, selfSigned, sendHead, standstill, start, turns, until, type Started } from './start.ts';

const STALL_MS = 400;

describe.each([
  ['plain', {}],
  ['TLS', { tls: selfSigned() }],
  ['plain without the C library', { bare: true }],
] as const)('load over %s', (_name, options) => {
  let main: Started;
  const rejects = process.env['NODE_TLS_REJECT_UNAUTHORIZED'];
  beforeAll(async () => {
    process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = '0'; // fetch has no other way to trust a certificate of this run
    main = await start({ ...options, stallMs: STALL_MS });
  });
  afterAll(async () => {
    await main[Symbol.asyncDispose]();
    if (rejects === undefined) delete process.env['NODE_TLS_REJECT_UNAUTHORIZED'];
    else process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = rejects;
  });
  const noLoads = () => until(() => main.server.stats().loads === 0);

  it.each([1, 1000, 2 ** 20, 3 * 2 ** 20 + 17])('sends exactly %i bytes and keeps the connection', async (bytes) => {
    const response = await fetch(`${main.origin}/download?bytes=${bytes}`);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-length')).toBe(String(bytes));
    expect(response.headers.get('cache-control')).toBe('no-store, no-transform');
    expect(response.headers.get('content-type')).toBe('application/octet-stream');
    expect((await response.arrayBuffer()).byteLength).toBe(bytes);
    expect(response.headers.get('connection')).toBe('keep-alive');
    await noLoads();
  });

  it('ends at the time limit, without chunk framing', async () => {
    const { token } = await main.ticket();
    const socket = await main.socket();
    const startedMs = performance.now();
    sendHead(socket, 'GET', `/download?durationMs=150&token=${token}`);
    const answer = await readAll(socket);
    expect(performance.now() - startedMs).toBeGreaterThan(140);
    expect(answer.subarray(0, 2000).toString('latin1').toLowerCase()).not.toContain('transfer-encoding');
    expect(answer.byteLength).toBeGreaterThan(2 ** 20);
    await noLoads();
  });

  it('stops when the client goes', async () => {
    const { token } = await main.ticket();
    const socket = await main.socket();
    sendHead(socket, 'GET', `/download?token=${token}`);
    await once(socket, 'data');
    expect(main.server.stats().loads).toBe(1);
    socket.destroy();
    await noLoads();
  });

  it('resets a reader that stops, and holds little for it', async () => {
    const { token } = await main.ticket();
    const socket = await main.socket();
    const bytesBefore = main.server.stats().sentBytes;
    sendHead(socket, 'GET', `/download?token=${token}`);
    await once(socket, 'data');
    socket.pause();
    await noLoads();
    // What the kernel takes on both sides of loopback, and one piece.
    expect(main.server.stats().sentBytes - bytesBefore).toBeLessThan(40 * 2 ** 20);
    socket.destroy();
  });

  it('lets no pipelined upgrade take the connection away from a download', async () => {
    const socket = await main.socket();
    const head = ['Host: 127.0.0.1', '', ''];
    const download = ['GET /download HTTP/1.1', ...head].join('\r\n');
    const upgrade = ['GET /x HTTP/1.1', 'Connection: Upgrade', 'Upgrade: websocket', ...head].join('\r\n');
    socket.pause();
    const bytesBefore = main.server.stats().sentBytes;
    socket.write(download + upgrade);
    await until(() => main.server.stats().sentBytes > bytesBefore);
    await noLoads();
    socket.destroy();
  });

  it('answers no pipelined request, and one after the other on one connection', async () => {
    const request = 'GET /download?bytes=1000 HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n';
    const patient = await main.socket();
    for (let turn = 0; turn < 5; turn += 1) {
      patient.write(request);
      const [first] = (await once(patient, 'data')) as [Buffer];
      expect(first.toString('latin1')).toMatch(/^HTTP\/1\.1 200 /);
      let bytes = first.byteLength - first.indexOf('\r\n\r\n') - 4;
      while (bytes < 1000) bytes += ((await once(patient, 'data')) as [Buffer])[0].byteLength;
      expect(bytes).toBe(1000);
    }
    patient.destroy();
    const hasty = await main.socket();
    hasty.write(request + request);
    expect((await readAll(hasty)).toString('latin1').split('HTTP/1.1 200').length).toBeLessThanOrEqual(2);
    await noLoads();
  });

  it('ends an anonymous download when the budget is used up', async () => {
    await using small = await start({ ...options, limits: { anonymousMiB: 3 } });
    const socket = await small.socket();
    sendHead(socket, 'GET', '/download');
    const answer = await readAll(socket);
    expect(answer.byteLength).toBeLessThan(4 * 2 ** 20);
    const refused = await fetch(`${small.origin}/download?bytes=1`);
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(errorBodySchema.parse(await refused.json()).error.code).toBe('anonymous-budget');
  });

  it.each([0, 1, 100_000, 2 ** 20 + 3, 16 * 2 ** 20 + 11])('counts an upload of %i bytes exactly', async (bytes) => {
    const before = main.server.stats().receivedBytes;
    const response = await fetch(`${main.origin}/upload`, { method: 'POST', body: new Uint8Array(bytes) });
    expect(response.status).toBe(200);
    const answer = (await response.json()) as { bytes: number; durationMs: number };
    expect(answer.bytes).toBe(bytes);
    expect(answer.durationMs).toBeGreaterThanOrEqual(0);
    expect(main.server.stats().receivedBytes - before).toBe(bytes);
    await noLoads();
  });

  it('counts what has come of an upload that is broken off', async () => {
    const { token } = await main.ticket();
    const before = main.server.stats().receivedBytes;
    const socket = await main.socket();
    const bytes = 20 * 2 ** 20;
    sendHead(socket, 'POST', `/upload?token=${token}`, [`Content-Length: ${bytes + 1}`]);
    socket.write(Buffer.alloc(bytes));
    await until(() => main.server.stats().receivedBytes - before === bytes);
    socket.destroy();
    await noLoads();
  });

  it('counts a chunked upload without its framing', async () => {
    const before = main.server.stats().receivedBytes;
    const socket = await main.socket();
    sendHead(socket, 'POST', '/upload', ['Transfer-Encoding: chunked', 'Connection: close']);
    socket.write('5\r\nhello\r\n3\r\nabc\r\n0\r\n\r\n');
    expect((await readAll(socket)).toString()).toContain('"bytes":8,');
    expect(main.server.stats().receivedBytes - before).toBe(8);
  });

  it('resets an upload that only drips', async () => {
    const { token } = await main.ticket();
    const socket = await main.socket();
    sendHead(socket, 'POST', `/upload?token=${token}`, ['Content-Length: 100000000']);
    const drip = setInterval(() => socket.write('x'), 20);
    await new Promise((resolve) => socket.once('close', resolve));
    clearInterval(drip);
    await noLoads();
  });

  it('refuses a body above the limit before it is sent', async () => {
    const socket = await main.socket();
    sendHead(socket, 'POST', '/upload', [`Content-Length: ${LIMITS.uploadBytes + 1}`, 'Expect: 100-continue']);
    const answer = (await readAll(socket)).toString();
    expect(answer).toMatch(/^HTTP\/1\.1 413 /);
    expect(answer).toContain(`at most ${LIMITS.uploadBytes} bytes`);
  });

  it('asks for a body that is expected', async () => {
    const socket = await main.socket();
    sendHead(socket, 'POST', '/upload', ['Content-Length: 3', 'Expect: 100-continue', 'Connection: close']);
    const [first] = (await once(socket, 'data')) as [Buffer];
    expect(first.toString()).toContain('100 Continue');
    socket.write('abc');
    expect((await readAll(socket)).toString()).toContain('"bytes":3');
  });

  it.each([
    ['bytes=0', 'bytes'],
    ['bytes=-1', 'bytes'],
    ['bytes=1e3', 'bytes'],
    [`bytes=${LIMITS.downloadBytes + 1}`, 'bytes'],
    ['bytes=1&bytes=2', 'bytes'],
    ['durationMs=abc', 'durationMs'],
    [`durationMs=${LIMITS.downloadMs + 1}`, 'durationMs'],
  ])('refuses ?%s by name', async (query, name) => {
    const response = await fetch(`${main.origin}/download?${query}`);
    expect(response.status).toBe(400);
    const { error } = errorBodySchema.parse(await response.json());
    expect(error.code).toBe('bad-parameter');
    expect(error.message).toContain(`"${name}"`);
  });

  it('sends the same load over a WebSocket, cut to the limit', async () => {
    const { token } = await main.ticket();
    const url = `${main.origin.replace('http', 'ws')}/ws/bulk-download?bytes=5000001&token=${token}`;
    const webSocket = new WebSocket(url, { rejectUnauthorized: false });
    let bytes = 0;
    webSocket.on('message', (data: Buffer, isBinary) => {
      expect(isBinary).toBe(true);
      bytes += data.byteLength;
    });
    const [code] = (await once(webSocket, 'close')) as [number];
    expect(code).toBe(1000);
    expect(webSocket.extensions).toBe('');
    expect(bytes).toBe(5_000_001);
    await noLoads();
  });

  it.each([
    ['bears a WebSocket that pings while messages wait for it', 1, 1000],
    ['ends a WebSocket that floods with pings', 200, 1006],
  ])('%s', async (_what, pings, expectedCode) => {
    await using lenient = await start(options); // nothing here may be taken for a reader that stops
    const { token } = await lenient.ticket();
    const url = `${lenient.origin.replace('http', 'ws')}/ws/bulk-download?bytes=120000000&token=${token}`;
    const webSocket = new WebSocket(url, { rejectUnauthorized: false });
    webSocket.on('error', () => {});
    let bytes = 0;
    let paused = false;
    webSocket.on('message', (data: Buffer) => {
      bytes += data.byteLength;
      if (paused || bytes < 40_000_000) return; // messages grow with the rate
      paused = true;
      webSocket.pause();
      void (async () => {
        await standstill(() => lenient.server.stats().sentBytes); // what lies between is full, a message is on its way
        for (let ping = 0; ping < pings; ping += 1) webSocket.ping();
        await turns(20); // the server is in this process: by then it has read them
        webSocket.resume();
      })();
    });
    expect(((await once(webSocket, 'close')) as [number])[0]).toBe(expectedCode);
    await until(() => lenient.server.stats().loads === 0);
  });

  it('resets a WebSocket that stops reading, and one that talks', async () => {
    const { token } = await main.ticket();
    const url = `${main.origin.replace('http', 'ws')}/ws/bulk-download?token=${token}`;
    for (const misbehave of [(w: WebSocket) => w.pause(), (w: WebSocket) => w.send('hello')]) {
      const webSocket = new WebSocket(url, { rejectUnauthorized: false });
      webSocket.on('error', () => {});
      await once(webSocket, 'message');
      misbehave(webSocket);
      await noLoads();
      webSocket.terminate();
    }
  });
});
