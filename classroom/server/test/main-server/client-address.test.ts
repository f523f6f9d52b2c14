import type { IncomingMessage } from 'node:http';
import { describe, expect, it } from 'vitest';
import { clientAddress, trustedProxy } from '../../src/main-server/client-address.ts';

const request = (remoteAddress: string, forwardedFor?: string) =>
  ({ socket: { remoteAddress }, headers: { 'x-forwarded-for': forwardedFor } }) as unknown as IncomingMessage;

describe('who sent a request', () => {
  const addressOf = clientAddress(trustedProxy(['10.0.0.0/8', 'fd00::/8']));

  it.each([
    ['203.0.113.9', undefined, '203.0.113.9'],
    ['203.0.113.9', '198.51.100.1', '203.0.113.9'],
    ['10.0.0.1', '198.51.100.1', '198.51.100.1'],
    ['::ffff:10.0.0.1', '198.51.100.1', '198.51.100.1'],
    ['10.0.0.1', '198.51.100.1, 10.0.0.2', '198.51.100.1'],
    ['10.0.0.1', '1.1.1.1, 198.51.100.1, 10.0.0.2', '198.51.100.1'],
    ['10.0.0.1', 'nonsense', '10.0.0.1'],
    ['10.0.0.1', undefined, '10.0.0.1'],
    ['fd00::1', '2001:db8::1', '2001:db8::1'],
  ])('%s with %s is %s', (remote, forwarded, expected) => {
    expect(addressOf(request(remote, forwarded))).toBe(expected);
  });

  it('believes nobody by default', () => {
    expect(clientAddress(trustedProxy([]))(request('127.0.0.1', '198.51.100.1'))).toBe('127.0.0.1');
  });
});
