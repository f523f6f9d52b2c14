import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { resultSchema } from '@rowhouse/bufferbloat-protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

// The programs as built: what people run.
const CLI = fileURLToPath(new URL('../dist/main.js', import.meta.url));
const SERVER = fileURLToPath(new URL('../../server/dist/main.js', import.meta.url));

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

function start(program: string, args: readonly string[]) {
  const child = spawn(process.execPath, [program, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  const text = { out: '', err: '' };
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (text.out += chunk));
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (text.err += chunk));
  const ended = once(child, 'close').then(([code]): Ended => ({ code: code as number | null, ...text }));
  return { child, text, ended };
}

const cli = (...args: readonly string[]): Promise<Ended> => start(CLI, args).ended;

/** Polls something that changes in another process. */
async function until(what: () => Promise<boolean>): Promise<void> {
  while (!(await what().catch(() => false))) await delay(50);
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

describe('without a server', () => {
  it('ends with 2 and one line for bad usage, 0 for help', async () => {
    const bad = await cli('--scale', '1');
    expect(bad).toEqual({ code: 2, out: '', err: '--server is missing\nTry --help.\n' });
    const help = await cli('--help');
    expect(help.code).toBe(0);
    expect(help.out).toContain('--server URL');
  });

  it('ends with 1 and one line when nobody answers', async () => {
    const { code, out, err } = await cli('--server', 'http://127.0.0.1:9');
    expect([code, out]).toEqual([1, '']);
    expect(err).toMatch(/^http:\/\/127\.0\.0\.1:9 does not answer: .*\n$/);
    expect(err.trim().split('\n')).toHaveLength(1);
  });

  it.each([
    [200, 'hello', 'is not a bufferbloat test server'],
    [404, 'hello', 'status 404'],
    [
      429,
      JSON.stringify({ error: { code: 'x', message: 'Too many.', retryAfterS: 7 } }),
      'refused: Too many. Try again in 7 s.',
    ],
  ])('ends with 1 and one line when the answer is %s %s', async (status, body, message) => {
    const stranger = createServer((_, response) => response.writeHead(status).end(body)).listen(0, '127.0.0.1');
    await once(stranger, 'listening');
    const { code, err } = await cli('--server', `http://127.0.0.1:${(stranger.address() as AddressInfo).port}`);
    stranger.close();
    expect(code).toBe(1);
    expect(err).toContain(message);
    expect(err.trim().split('\n')).toHaveLength(1);
  });
});

describe('against the real server', () => {
  let server: ChildProcess;
  let ended: Promise<Ended>;
  let base = '';
  let folder = '';
  let banner = (): string => '';

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'bufferbloat-cli-'));
    // A killed ping process comes back on its port only if that is fixed.
    const pingPort = await freePort();
    const ports = ['--port', '0', '--ping-port', String(pingPort)];
    const started = start(SERVER, [...ports, '--host', '127.0.0.1', '--drain-s', '1']);
    banner = () => started.text.out;
    server = started.child;
    ended = started.ended;
    await until(async () => {
      base = /http:\/\/127\.0\.0\.1:\d+/.exec(started.text.out)?.[0] ?? '';
      return started.text.out.includes('healthy');
    });
  });

  afterAll(async () => {
    server.kill('SIGTERM');
    await ended;
    await rm(folder, { recursive: true });
  });

  const stats = async () => (await (await fetch(new URL('/stats', base))).json()) as { tests: number; loads: number };

  it('measures, writes JSON and CSV, and leaves nothing behind', async () => {
    const json = join(folder, 'result.json');
    const csv = join(folder, 'result.csv');
    const { code, out, err } = await cli('--server', base, '--scale', '0.06', '--json', json, '--csv', csv);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    const result = resultSchema.parse(JSON.parse(await readFile(json, 'utf8')));
    expect(result.phases.map(({ id }) => id)).toEqual([
      'baseline',
      'download-warmup',
      'download',
      'upload-warmup',
      'upload',
      'bidirectional',
    ]);
    const rates = [result.throughputMbps.download.mean, result.throughputMbps.upload.mean];
    for (const mean of rates) expect(mean).toBeGreaterThan(10);
    expect(
      result.samples.latency.filter(({ signal, outcome }) => signal === 'udp' && outcome === 'ok').length,
    ).toBeGreaterThan(10);
    expect(result.samples.latency.some(({ signal, outcome }) => signal === 'websocket' && outcome === 'ok')).toBe(true);
    expect(out).toContain('Confidence:');
    expect((await readFile(csv, 'utf8')).startsWith('kind,name,at_ms,value,unit,detail\r\n')).toBe(true);
    await until(async () => {
      const { tests, loads } = await stats();
      return tests === 0 && loads === 0;
    });
  });

  it('probes by WebSocket alone when asked to, and prints only JSON', async () => {
    const { code, out } = await cli('--server', base, '--scale', '0.04', '--no-udp', '--json', '-');
    expect(code).toBe(0);
    const result = resultSchema.parse(JSON.parse(out));
    expect(result.signal.unavailable.udp).toContain('not wanted');
    expect(result.signal.latencyMs.udp).toBeUndefined();
    expect(result.samples.latency.filter(({ outcome }) => outcome === 'ok').length).toBeGreaterThan(10);
  });

  it('states the gap when the ping process is killed in mid-test', async () => {
    const child = start(CLI, ['--server', base, '--scale', '0.15', '--json', '-']);
    await until(async () => (await stats()).loads > 0);
    process.kill(Number(/ping :\d+ \(pid (\d+)\)/.exec(banner())?.[1]), 'SIGKILL');
    const { code, out } = await child.ended;
    expect(code).toBe(0);
    const { gaps, confidence } = resultSchema.parse(JSON.parse(out));
    expect(new Set(gaps.map(({ signal }) => signal))).toEqual(new Set(['udp', 'websocket']));
    for (const { fromMs, toMs } of gaps) expect(toMs).toBeGreaterThan(fromMs);
    expect(confidence.reasons.map((reason) => reason.code)).toContain('gap');
  });

  it('stops at Ctrl-C in the middle of the load, and nothing is left on the server', async () => {
    const { child, ended: stopped } = start(CLI, ['--server', base, '--scale', '0.5']);
    await until(async () => (await stats()).loads > 0);
    child.kill('SIGINT');
    expect(await stopped).toEqual({ code: 130, out: '', err: 'Stopped; nothing was left running.\n' });
    await until(async () => {
      const { tests, loads } = await stats();
      return tests === 0 && loads === 0;
    });
  });

  it('says so in one line when the result cannot be written', async () => {
    const { code, err } = await cli('--server', base, '--scale', '0.02', '--json', join(folder, 'no', 'such.json'));
    expect(code).toBe(1);
    expect(err).toMatch(/^the result could not be written: .*\n$/);
  });
});
