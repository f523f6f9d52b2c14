import { HOUSEHOLD_PATHS, MAIN_PATHS, PING_PATHS, USER_PATHS } from '@rowhouse/bufferbloat-protocol';
import { MARKER, type TcpCase, USER_IDS } from './case.ts';
import { hostileToken, hostileValue } from './hostile.ts';
import type { Random } from '../shared/random.ts';

const PATHS = [...new Set([MAIN_PATHS, PING_PATHS, HOUSEHOLD_PATHS, USER_PATHS].flatMap((of) => Object.values(of)))];
const METHODS = ['GET', 'POST', 'HEAD', 'OPTIONS', 'PUT', 'DELETE', 'PATCH', 'TRACE', 'CONNECT', 'PROPFIND'] as const;

/** A request that is wrong somewhere: its line, its path, its parameters, its headers or its framing. */
export function requestCase(random: Random, token: string): TcpCase {
  const head = `${requestLine(random, token)}\r\n${headers(random).join('\r\n')}\r\n\r\n`;
  const request = head + (random.chance(0.4) ? body(random) : '');
  const text = random.chance(0.2) ? random.mutate(request) : request;
  return tcpCase(random, 'request', [Buffer.from(text, 'latin1')]);
}

/** Bytes that are no request at all: noise, other protocols, requests run together. */
export function noiseCase(random: Random): TcpCase {
  const bytes = random.pick([
    () => random.bytes(1 + random.int(2000)),
    () => Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'),
    () => Buffer.concat([Buffer.from([0x16, 3, 1, 2, 0, 1, 0, 1, 0xfc, 3, 3]), random.bytes(512)]),
    () => Buffer.from('GET /ping HTTP/1.1\r\nHost: localhost\r\n\r\n'.repeat(1 + random.int(100))),
    () => Buffer.from('\r\n'.repeat(1 + random.int(5000))),
    () => Buffer.from('SSH-2.0-OpenSSH_9.2\r\n'),
    () => Buffer.alloc(1 + random.int(20_000), 0),
    () => Buffer.from(`GET / HTTP/1.1\r\n${'x: y\r\n'.repeat(1 + random.int(3000))}`),
    () => Buffer.from(`GET /${MARKER.repeat(1 + random.int(3000))}`),
  ])();
  return tcpCase(random, 'noise', [bytes]);
}

/** A request for a load with parameters or a token that must be refused. */
export function tokenCase(random: Random, token: string): TcpCase {
  const claimed = random.chance(0.8) ? hostileToken(random, token) : token;
  const query = new URLSearchParams({ token: claimed });
  for (const name of ['bytes', 'durationMs'] as const) {
    if (random.chance(0.5)) query.append(name, hostileValue(random));
    if (random.chance(0.1)) query.append(name, hostileValue(random));
  }
  const path = random.pick([
    MAIN_PATHS.download,
    MAIN_PATHS.download,
    MAIN_PATHS.download,
    MAIN_PATHS.stats,
    MAIN_PATHS.tests,
  ]);
  const method = path === MAIN_PATHS.tests ? 'POST' : 'GET';
  return tcpCase(random, 'token', [`${method} ${path}?${query.toString()} HTTP/1.1\r\nHost: localhost\r\n\r\n`]);
}

/** An upload whose framing lies, stops half-way or says what it must not. */
export function uploadCase(random: Random, token: string): TcpCase {
  const claimed = encodeURIComponent(random.chance(0.7) ? token : hostileToken(random, token));
  const line = `POST ${MAIN_PATHS.upload}?token=${claimed} HTTP/1.1\r\nHost: localhost\r\n`;
  const lengths = [
    '-1',
    '0',
    '99999999999999999999',
    '536870913',
    '1, 2',
    '+5',
    '0x5',
    '5\r\nContent-Length: 6',
  ] as const;
  const framing = random.pick([
    () => `Content-Length: ${random.pick(lengths)}\r\n\r\n`,
    () => `Content-Length: ${1 + random.int(100_000)}\r\n\r\n`,
    () => `Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n`,
    () => `Transfer-Encoding: ${random.pick(['chunked, chunked', 'xchunked', ' chunked', 'gzip', 'identity'])}\r\n\r\n`,
    () => `Transfer-Encoding: chunked\r\n\r\n${chunks(random)}`,
    () => `Expect: 100-continue\r\nContent-Length: ${random.int(1000)}\r\n\r\n`,
    () => `Content-Encoding: gzip\r\nContent-Length: 1000\r\n\r\n`,
    () => `Origin: http://${MARKER}.example\r\nContent-Length: 10\r\n\r\n`,
    () => `Content-Type: multipart/form-data; boundary=${MARKER}\r\nContent-Length: 10\r\n\r\n`,
    () => '\r\n',
  ])();
  return tcpCase(random, 'upload', [line + framing, random.bytes(random.int(4000))]);
}

function requestLine(random: Random, token: string): string {
  const method = random.chance(0.9) ? random.pick(METHODS) : random.pick(['get', 'G\0T', '', MARKER, 'A'.repeat(5000)]);
  const version = random.chance(0.9)
    ? 'HTTP/1.1'
    : random.pick(['HTTP/1.0', 'HTTP/0.9', 'HTTP/9.9', 'HTTP/', '', 'HTTP/1.1 x']);
  return `${method} ${target(random, token)} ${version}`;
}

function target(random: Random, token: string): string {
  if (random.chance(0.5)) {
    const names = ['token', 'bytes', 'durationMs', '__proto__', 'token[]', MARKER] as const;
    const value = () => encodeURIComponent(random.chance(0.3) ? token : hostileValue(random));
    const query = Array.from({ length: random.int(5) }, () => `${random.pick(names)}=${value()}`).join('&');
    return `${random.pick(PATHS)}?${query}`;
  }
  return random.pick([
    () => random.pick(PATHS) + random.pick(['/', '//', '/..', '%2f', '\\', '#x', ';x=y', '.html']),
    () => `/${'../'.repeat(1 + random.int(12))}etc/passwd`,
    () => `/${'%2e%2e%2f'.repeat(1 + random.int(12))}etc/passwd`,
    () => `/assets/..%5c..%5c${MARKER}`,
    () => `/assets/%00${MARKER}`,
    () => `http://${MARKER}.example/ping`,
    () => '*',
    () => '//',
    () => '/%',
    () => '/%zz',
    () => `/${MARKER.repeat(1 + random.int(700))}`,
    () => `/${random.bytes(1 + random.int(100)).toString('latin1')}`,
    () => '',
    () => 'localhost:8000',
  ])();
}

function headers(random: Random): string[] {
  const host = random.chance(0.7)
    ? ['Host: localhost']
    : random.pick([[], ['Host: '], ['Host: a', 'Host: b'], [`Host: ${MARKER}.example`], ['Host: u:p@localhost:1']]);
  // biome-ignore format: a table
  const names = [
    'Origin', 'Referer', 'Connection', 'Upgrade', 'Range', 'Expect', 'Content-Length', 'Transfer-Encoding', 'Cookie',
    'X-Forwarded-For', 'Forwarded', 'X-Forwarded-Host', 'If-None-Match', 'Accept-Encoding', 'Access-Control-Request-Method',
    'Sec-WebSocket-Key', 'Sec-WebSocket-Version', 'Content-Type', '__proto__', MARKER,
  ] as const;
  // biome-ignore format: a table
  const values = [
    'keep-alive, Upgrade', 'h2c', 'websocket', 'bytes=0-,0-,0-', '100-continue', 'chunked', 'null', `https://${MARKER}.example`,
    '127.0.0.1, 10.0.0.1', 'for="[::1]:1"', 'gzip;q=9', '*',
  ] as const;
  const extra = Array.from({ length: random.int(random.chance(0.05) ? 300 : 5) }, () => {
    const value = random.chance(0.85) ? random.pick(values) : hostileValue(random);
    return `${random.pick(names)}${random.chance(0.9) ? ': ' : random.pick([':', ' : ', ''])}${value}`;
  });
  return [...host, ...extra];
}

function body(random: Random): string {
  return random.chance(0.5) ? chunks(random) : random.bytes(random.int(3000)).toString('latin1');
}

function chunks(random: Random): string {
  const sizes = ['5', '0', 'FFFFFFFFFFFFFFFF', '-5', 'g', '', '5;x="y', '00000000000000000005', '7fffffff'] as const;
  return Array.from({ length: 1 + random.int(6) }, () => `${random.pick(sizes)}\r\nhello\r\n`).join('');
}

function tcpCase(random: Random, kind: string, parts: readonly (string | Uint8Array)[]): TcpCase {
  const server = random.chance(0.6) || kind === 'upload' ? 'main' : random.pick(['ping', 'ping', ...USER_IDS]);
  const ending = random.chance(0.8) ? 'read' : random.pick(['half-close', 'reset'] as const);
  return { kind, server, chunks: parts, afterAnswer: false, ending };
}
