import type { IncomingMessage } from 'node:http';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createSessionCookie } from '../../src/sessions/cookies.ts';
import { requireOwnHost, requireOwnOrigin } from '../../src/sessions/origin.ts';
import { newToken } from '../../src/sessions/tokens.ts';

const request = (headers: Record<string, string>) => ({ headers }) as unknown as IncomingMessage;

describe('where a request comes from', () => {
  it.each([
    ['our own page', { host: 'class.example:10086', origin: 'http://class.example:10086' }, false, true],
    ['our own page over TLS', { host: 'class.example', origin: 'https://class.example' }, true, true],
    ['a name in capitals', { host: 'Class.example', origin: 'http://class.EXAMPLE' }, false, true],
    ['a program', { host: 'class.example' }, false, true],
    ['a typed address', { host: 'class.example', 'sec-fetch-site': 'none' }, false, true],
    ['another port', { host: 'class.example:10086', origin: 'http://class.example' }, false, false],
    ['the same without TLS', { host: 'class.example', origin: 'http://class.example' }, true, false],
    ['a longer name', { host: 'class.example', origin: 'http://class.example.evil' }, false, false],
    ['a sandboxed frame', { host: 'class.example', origin: 'null' }, false, false],
    ['no host at all', { origin: 'http://class.example' }, false, false],
    ['a sister site', { host: 'class.example', 'sec-fetch-site': 'same-site' }, false, false],
  ])('%s', (_what, headers, secure, isOwn) => {
    const check = () => requireOwnOrigin(request(headers), secure);
    if (isOwn) check();
    else expect(check).toThrow('another site');
  });

  it('is no name but ours, where those are known', () => {
    const allowed = ['class.example'];
    for (const host of [
      'class.example',
      'CLASS.example:1',
      'localhost:10086',
      '127.0.0.1',
      '[::1]:10086',
      '[2001:db8::1]',
    ])
      requireOwnHost(request({ host }), allowed);
    for (const host of ['evil.example', 'class.example.evil', '', '127.0.0.1.evil.example'])
      expect(() => requireOwnHost(request({ host }), allowed)).toThrow('that name');
    requireOwnHost(request({ host: 'whatever' }), []);
  });
});

describe('the cookie', () => {
  it('is found among others, and only whole', () => {
    const cookie = createSessionCookie(false);
    const token = newToken();
    expect(cookie.read(`a=b; rowhouse=${token}; c=d`)).toBe(token);
    expect(cookie.read(`xrowhouse=${token}`)).toBeUndefined();
    expect(cookie.read(`rowhouse=${token}x`)).toBeUndefined();
    expect(cookie.read(undefined)).toBeUndefined();
    expect(createSessionCookie(true).read(`rowhouse=${token}`)).toBeUndefined();
  });

  it('is read from anything without harm', () => {
    const cookie = createSessionCookie(true);
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (header) => void cookie.read(header)));
  });
});
