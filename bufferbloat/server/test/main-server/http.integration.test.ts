import { errorBodySchema } from '@rowhouse/bufferbloat-protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createPage } from '../../src/main-server/pages.ts';
import { readAll, sendHead, start, type Started } from './start.ts';

const HTML = Buffer.from(`<!doctype html>${'<p>a page</p>'.repeat(100)}`);
const SCRIPT = Buffer.from('export const answer = 42;'.repeat(100));

let main: Started;
beforeAll(async () => {
  main = await start({
    pages: new Map([
      ['/', createPage('/index.html', HTML)],
      ['/assets/page-abc123.js', createPage('/assets/page-abc123.js', SCRIPT)],
    ]),
  });
});
afterAll(() => main[Symbol.asyncDispose]());

describe('the page', () => {
  it('is served with its query, is asked for anew each time, and may be framed by nobody', async () => {
    const response = await fetch(`${main.origin}/?autostart=single`, { headers: { 'accept-encoding': 'gzip, br' } });
    expect(response.status).toBe(200);
    expect(Buffer.from(await response.arrayBuffer())).toEqual(HTML);
    expect(response.headers.get('content-encoding')).toBe('br');
    expect(response.headers.get('cache-control')).toBe('no-cache');
    expect(response.headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
    expect(response.headers.get('cross-origin-embedder-policy')).toBe('require-corp');
    const etag = response.headers.get('etag') ?? '';
    const again = await fetch(`${main.origin}/`, { headers: { 'if-none-match': etag } });
    expect(again.status).toBe(304);
  });

  it('comes with assets that never change', async () => {
    const response = await fetch(`${main.origin}/assets/page-abc123.js`, {
      headers: { 'accept-encoding': 'gzip;q=0' },
    });
    expect(response.headers.get('content-encoding')).toBeNull();
    expect(response.headers.get('content-type')).toBe('text/javascript; charset=utf-8');
    expect(response.headers.get('cache-control')).toContain('immutable');
    expect(Buffer.from(await response.arrayBuffer())).toEqual(SCRIPT);
  });

  it('says how to build it when it is not there', async () => {
    await using bare = await start();
    const response = await fetch(bare.origin);
    expect(response.status).toBe(503);
    expect(await response.text()).toContain('npm run build');
  });
});

describe('small endpoints', () => {
  it.each(['/ping', '/warmup', '/health'])('answer %s with JSON', async (target) => {
    const response = await fetch(main.origin + target);
    expect(response.status).toBe(200);
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(await response.json()).toBeTypeOf('object');
    expect((await fetch(main.origin + target, { method: 'HEAD' })).status).toBe(200);
  });

  it('say in /health what the load connections use', async () => {
    const health = (await (await fetch(`${main.origin}/health`)).json()) as Record<string, unknown>;
    expect(health).toMatchObject({ status: 'degraded', version: '0.0.0', congestionControl: main.congestionControl });
  });

  it('give figures to this machine only under a name that cannot be pointed here', async () => {
    const stats = (await (await fetch(`${main.origin}/stats`)).json()) as Record<string, unknown>;
    expect(stats).toMatchObject({ tests: 0, loads: 0, ping: null });
    expect(await (await fetch(`${main.origin}/metrics`)).text()).toContain('rowhouse_load_sent_bytes_total');
    const socket = await main.socket();
    socket.write('GET /stats HTTP/1.1\r\nHost: rebound.example\r\nConnection: close\r\n\r\n');
    expect((await readAll(socket)).toString()).toMatch(/^HTTP\/1\.1 403 /);
  });
});

describe('what is not offered', () => {
  it.each([
    ['GET', '/nothing', 404, 'not-found'],
    ['GET', '/assets/../../etc/passwd', 404, 'not-found'],
    ['GET', '/ws/telemetry', 426, 'upgrade-needed'],
    ['GET', '/tests', 405, 'method-not-allowed'],
    ['PUT', '/upload', 405, 'method-not-allowed'],
    ['HEAD', '/download', 405, 'method-not-allowed'],
    ['OPTIONS', '/tests', 405, 'method-not-allowed'],
    ['CONSTRUCTOR', '/tests', 400, 'malformed-request'],
    ['GET', '//', 400, 'malformed-request'],
    ['GET', '/download?token=%00', 401, 'bad-token'],
  ])('%s %s gets %i %s and nothing of what was sent', async (method, target, status, code) => {
    const socket = await main.socket();
    sendHead(socket, method, target, ['X-Secret: reflect-me-not', 'Connection: close']);
    const [head = '', body = ''] = (await readAll(socket)).toString().split('\r\n\r\n');
    expect(head).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    if (status === 405) expect(head.toLowerCase()).toMatch(/\r\nallow: [a-z, ]+\r\n/);
    if (method === 'HEAD') return;
    expect(errorBodySchema.parse(JSON.parse(body)).error.code).toBe(code);
    expect(head + body).not.toMatch(/reflect-me-not|passwd/);
  });

  it('closes a connection whose body nobody wants', async () => {
    const socket = await main.socket();
    sendHead(socket, 'POST', '/tests', ['Transfer-Encoding: chunked']);
    expect((await readAll(socket)).toString()).toMatch(/^HTTP\/1\.1 413 /);
  });

  it('counts refusals by code', async () => {
    await fetch(`${main.origin}/nothing`);
    expect(main.server.stats().refusals['not-found']).toBeGreaterThan(0);
  });
});
