import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkHost, checkOrigin, hostnameOfOrigin, parseHost } from '../src/guard/origin.ts';

const codeOf = (run: () => unknown): string => {
  try {
    run();
    return 'accepted';
  } catch (error) {
    return (error as { code: string }).code;
  }
};

describe('parseHost', () => {
  it.each([
    ['localhost:8000', 'localhost', 8000, true],
    ['LOCALHOST', 'localhost', undefined, true],
    ['192.0.2.7:80', '192.0.2.7', 80, true],
    ['[2001:db8::1]:8000', '2001:db8::1', 8000, true],
    ['[::1]', '::1', undefined, true],
    ['test.example', 'test.example', undefined, false],
    ['test.example.:8000', 'test.example', 8000, false],
    ['my_box', 'my_box', undefined, false],
  ])('%s', (header, hostname, port, literal) => {
    expect(parseHost(header)).toEqual({ hostname, port, literal });
  });

  it.each([
    undefined,
    '',
    ':80',
    'a b',
    'a/b',
    'user@host',
    'host:0',
    'host:65536',
    'host:',
    '[::1',
    '[zz]',
    '::1',
    '-a.example',
    'a..b',
    '2130706433',
    '0x7f.1.example.1',
    'a\r\nb',
    'ü.example',
    'a'.repeat(64),
    `${'a.'.repeat(140)}a`,
  ])('refuses %j', (header) => {
    expect(parseHost(header)).toBeUndefined();
  });

  it('never throws', () => {
    fc.assert(fc.property(fc.string({ maxLength: 300 }), (text) => void parseHost(text)));
  });
});

describe('checkHost', () => {
  it('answers every valid name without a list', () => {
    expect(checkHost({ host: 'anything.example' }, []).hostname).toBe('anything.example');
    expect(codeOf(() => checkHost({ host: 'any thing' }, []))).toBe('bad-host');
    expect(codeOf(() => checkHost({}, []))).toBe('bad-host');
  });

  it('with a list answers only those names, addresses and localhost: a rebound name is turned away', () => {
    const allowed = ['test.example'];
    expect(codeOf(() => checkHost({ host: 'evil.example:8000' }, allowed))).toBe('unknown-host');
    for (const host of ['test.example:8000', 'TEST.example', '192.0.2.7', '[::1]:8000', 'localhost'])
      expect(codeOf(() => checkHost({ host }, allowed))).toBe('accepted');
  });
});

describe('checkOrigin', () => {
  const host = checkHost({ host: 'test.example:8005' }, []);
  const check = (headers: Record<string, string>, cors: string[] = []) =>
    codeOf(() => checkOrigin(headers, host, cors));

  it('lets programs without an Origin pass, and pages of the same host on any port', () => {
    expect(check({})).toBe('accepted');
    expect(check({ origin: 'http://test.example:8000' })).toBe('accepted');
    expect(check({ origin: 'https://TEST.example' })).toBe('accepted');
    expect(check({ 'sec-fetch-site': 'same-site' })).toBe('accepted');
  });

  it.each([
    'http://evil.example',
    'null',
    'http://test.example.evil.example',
    'file://test.example',
    'test.example',
    'http://',
    'http://test.example/x',
    'http://evil@test.example',
    'http://test.example:0',
  ])('refuses %s', (origin) => {
    expect(check({ origin })).toBe('foreign-origin');
  });

  it('refuses a browser that comes from elsewhere without an Origin', () => {
    expect(check({ 'sec-fetch-site': 'cross-site' })).toBe('foreign-origin');
  });

  it('lets configured origins pass, exactly', () => {
    expect(check({ origin: 'https://status.example' }, ['https://status.example'])).toBe('accepted');
    expect(check({ origin: 'http://status.example' }, ['https://status.example'])).toBe('foreign-origin');
    expect(check({ origin: 'http://any.example' }, ['*'])).toBe('accepted');
    expect(checkOrigin({ origin: 'http://any.example' }, host, ['*'])).toBe('http://any.example');
  });

  it('reads IPv6 origins', () => {
    expect(hostnameOfOrigin('http://[2001:DB8::1]:8000')).toBe('2001:db8::1');
  });
});
