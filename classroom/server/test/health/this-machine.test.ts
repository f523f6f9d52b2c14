import type { IncomingMessage } from 'node:http';
import { describe, expect, it } from 'vitest';
import { isThisMachine } from '../../src/health/routes.ts';

const request = (remoteAddress: string, headers: Record<string, string> = {}) =>
  ({ socket: { remoteAddress }, headers: { host: 'localhost:10086', ...headers } }) as unknown as IncomingMessage;
const none = () => false;

describe('a request of this machine', () => {
  it('comes over loopback, by a name of loopback', () => {
    for (const address of ['127.0.0.1', '127.3.2.1', '::1', '::ffff:127.0.0.1'])
      expect(isThisMachine(request(address), none)).toBe(true);
    expect(isThisMachine(request('10.0.0.1'), none)).toBe(false);
    expect(isThisMachine(request('127.0.0.1', { host: 'evil.example' }), none)).toBe(false);
    expect(isThisMachine(request('127.0.0.1', { origin: 'http://localhost:10086' }), none)).toBe(false);
  });

  it.each(['x-forwarded-for', 'x-forwarded-host', 'x-forwarded-proto', 'forwarded', 'via', 'x-real-ip', 'cf-ray'])(
    'is none that a proxy passed on, which says so by %s',
    (header) => {
      expect(isThisMachine(request('127.0.0.1', { [header]: 'anything' }), none)).toBe(false);
    },
  );

  it('is none behind a proxy of the same machine that says nothing, and names the classroom as it finds it', () => {
    const isProxy = (address: string) => address === '127.0.0.1';
    expect(isThisMachine(request('127.0.0.1'), isProxy)).toBe(false);
    expect(isThisMachine(request('::1'), isProxy)).toBe(true);
  });
});
