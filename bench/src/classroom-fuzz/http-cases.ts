import { MARKER, type TcpCase } from '../fuzz/case.ts';
import { hostileValue } from '../fuzz/hostile.ts';
import type { Random } from '../shared/random.ts';
import { type Attacker, classroomCase, hostilePath, spelled } from './person-case.ts';

const METHODS = ['GET', 'POST', 'HEAD', 'OPTIONS', 'PUT', 'PATCH', 'TRACE', 'CONNECT', 'PROPFIND'] as const;
const PATHS = [
  '/api/session', '/api/session/password', '/api/first-admin', '/api/accounts', '/api/accounts/x', '/api/accounts/x/reset-password',
  '/api/roster', '/api/audit', '/api/files/list', '/api/files/content', '/api/files/folder', '/api/files/rename', '/api/files/usage',
  '/health', '/health/live', '/health/ready', '/system-stats', '/metrics', '/ws', '/',
] as const; // biome-ignore format: a table
const VERSIONS = ['"x"', '*', 'W/"x"', '""', '"a", "b"', `"${'v'.repeat(500)}"`, 'x', '"\u00ff"', ' '] as const;
const LENGTHS = ['-1', '0', '99999999999999999999', '67108865', '1, 2', '+5', '0x5', '5\r\nContent-Length: 6'] as const;

const line = (name: string, value: string) => `${name}: ${value}`;

/** What makes a request one of theirs; sometimes a little wrong. */
function identity(random: Random, { cookie, csrfToken }: Attacker, rightly = 0.8): string[] {
  const cookies = random.chance(rightly)
    ? cookie
    : random.pick([
        '',
        `${cookie}x`,
        `rowhouse=${MARKER}; ${cookie}`,
        `${cookie}; ${cookie}`,
        cookie.toUpperCase(),
        `a=b;`.repeat(800),
        hostileValue(random).replaceAll(/[\r\n]/g, ''),
      ]);
  const token = random.chance(rightly)
    ? csrfToken
    : random.pick(['', MARKER, `${csrfToken}, ${csrfToken}`, csrfToken.slice(1)]);
  const lines = [line('Host', 'localhost'), line('Cookie', cookies), line('x-csrf-token', token)];
  return random.chance(0.9)
    ? lines
    : [...lines, line('Origin', random.pick([`http://${MARKER}.example`, 'null', 'http://localhost']))];
}

const request = (method: string, target: string, headers: readonly string[], body: string | Uint8Array = '') => [
  Buffer.concat([
    Buffer.from(`${method} ${target} HTTP/1.1\r\n${headers.join('\r\n')}\r\n\r\n`, 'latin1'),
    typeof body === 'string' ? Buffer.from(body) : body,
  ]),
];

/** A request that is wrong somewhere: its line, its headers or its framing. */
export function requestCase(random: Random, who: Attacker): TcpCase {
  const names = [
    'Range',
    'Expect',
    'Upgrade',
    'Connection',
    'X-Forwarded-For',
    'Forwarded',
    'If-Range',
    'Content-Encoding',
    'Accept',
    '__proto__',
    MARKER,
  ] as const;
  const values = [
    'bytes=0-,0-,0-',
    '100-continue',
    'h2c',
    'websocket',
    '127.0.0.1',
    'for="[::1]:1"',
    'gzip',
    '*/*',
    hostileValue(random),
  ] as const;
  const extra = Array.from({ length: random.int(random.chance(0.05) ? 300 : 5) }, () =>
    line(random.pick(names), random.pick(values)),
  );
  const target = random.pick([
    () => random.pick(PATHS),
    () =>
      `${random.pick(PATHS)}?${Array.from({ length: random.int(6) }, () => `${random.pick(['path', 'user', 'before', 'limit', 'recursive', '__proto__', 'path[]'])}=${spelled(random, hostileValue(random))}`).join('&')}`,
    () => random.pick(PATHS) + random.pick(['/', '//', '/..', '%2f', '%00', '\\', '#x', ';x=y']),
    () => `/${'../'.repeat(1 + random.int(9))}etc/passwd`,
    () => `/api/accounts/${spelled(random, hostileValue(random))}`,
    () => random.pick(['*', '//', '/%', '/%zz', '', `http://${MARKER}.example/api/session`, `/${'x'.repeat(9000)}`]),
  ])();
  const method = random.chance(0.9) ? random.pick(METHODS) : random.pick(['get', '', 'A'.repeat(3000), MARKER]);
  const text = `${method} ${target} HTTP/1.1\r\n${[...identity(random, who), ...extra].join('\r\n')}\r\n\r\n`;
  return classroomCase(random, 'request', [Buffer.from(random.chance(0.3) ? random.mutate(text) : text, 'latin1')]);
}

/** Files asked for, saved, moved and removed by paths that should lead nowhere. */
export function fileCase(random: Random, who: Attacker, neighbourId: string): TcpCase {
  const path = hostilePath(random);
  const query = `path=${spelled(random, path)}${random.chance(0.1) ? `&user=${random.pick([neighbourId, who.accountId, '..', '%00'])}` : ''}`;
  const headers = identity(random, who, 0.97);
  const json = (body: object) => {
    const text = JSON.stringify(body);
    return [
      [...headers, 'Content-Type: application/json', `Content-Length: ${Buffer.byteLength(text)}`],
      text,
    ] as const;
  };
  const parts = random.pick([
    () => request('GET', `/api/files/list?${query}`, headers),
    () =>
      request('GET', `/api/files/content?${query}`, [
        ...headers,
        line(random.pick(['If-None-Match', 'Range', 'If-Match']), random.pick(VERSIONS)),
      ]),
    () => request('PUT', `/api/files/content?${query}`, [...headers, 'Content-Length: 5'], 'hello'),
    () =>
      request(
        'PUT',
        `/api/files/content?${query}`,
        [...headers, line(random.pick(['If-None-Match', 'If-Match']), random.pick(VERSIONS)), 'Content-Length: 5'],
        'hello',
      ),
    () => request('DELETE', `/api/files/content?${query}${random.chance(0.5) ? '&recursive=true' : ''}`, headers),
    () => request('POST', '/api/files/folder', ...json({ path: hostilePath(random) })),
    () => request('POST', '/api/files/rename', ...json({ path, to: hostilePath(random) })),
    () => request('POST', '/api/files/rename', ...json({ path: [path], to: { a: 1 }, __proto__: { x: 1 } })),
  ])();
  return classroomCase(random, 'file', parts);
}

/** A body that is longer, shorter or other than its headers say. */
export function bodyCase(random: Random, who: Attacker): TcpCase {
  const [method, target, type] = random.pick([
    ['PUT', '/api/files/content?path=body.txt', 'application/octet-stream'],
    ['POST', '/api/session', 'application/json'],
    ['POST', '/api/roster', 'text/csv'],
    ['POST', '/api/files/folder', 'application/json'],
  ] as const);
  const framing = random.pick([
    () => [line('Content-Length', random.pick(LENGTHS))],
    () => [line('Content-Length', String(1 + random.int(100_000)))],
    () => ['Content-Length: 5', 'Transfer-Encoding: chunked'],
    () => [
      line(
        'Transfer-Encoding',
        random.pick(['chunked', 'chunked', 'chunked, chunked', 'xchunked', 'gzip', 'identity']),
      ),
    ],
    () => ['Expect: 100-continue', 'Content-Length: 10'],
    () => [],
  ])();
  const body = random.pick([
    () => random.bytes(random.int(4000)),
    () =>
      Buffer.from(
        JSON.stringify({ name: hostileValue(random), password: hostileValue(random), path: hostilePath(random) }),
      ),
    () =>
      Buffer.from(
        Array.from(
          { length: 1 + random.int(6) },
          () => `${random.pick(['5', '0', 'FFFFFFFFFFFFFFFF', '-5', 'g', '', '5;x="y'])}\r\nhello\r\n`,
        ).join(''),
      ),
    () => Buffer.from('['.repeat(30_000)),
    () => Buffer.from('{"a":'.repeat(10_000)),
    () => Buffer.from('hello\r\n\r\nGET /api/audit HTTP/1.1\r\nHost: localhost\r\n\r\n'),
  ])();
  return classroomCase(
    random,
    'body',
    request(method, target, [...identity(random, who, 0.95), line('Content-Type', type), ...framing], body),
  );
}
