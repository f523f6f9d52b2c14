import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addressKey, canonicalAddress, clientAddress, isNetwork, LOOPBACK, networks } from '../src/guard/address.ts';

describe('canonicalAddress', () => {
  it.each([
    ['192.0.2.7', '192.0.2.7'],
    ['::ffff:192.0.2.7', '192.0.2.7'],
    ['::FFFF:c000:207', '192.0.2.7'],
    ['fe80::1%eth0', 'fe80::1'],
    ['2001:DB8::1', '2001:db8::1'],
    ['192.0.2.7:80', undefined],
    ['', undefined],
    ['example', undefined],
  ])('%s → %s', (given, expected) => {
    expect(canonicalAddress(given)).toBe(expected);
  });
});

describe('addressKey', () => {
  it('is the address for IPv4 and the /64 for IPv6', () => {
    expect(addressKey('192.0.2.7')).toBe('192.0.2.7');
    expect(addressKey('2001:db8:1:2:3:4:5:6')).toBe('2001:db8:1:2::/64');
    expect(addressKey('2001:db8:1:2::9')).toBe('2001:db8:1:2::/64');
    expect(addressKey('2001:db8:1:3::9')).not.toBe(addressKey('2001:db8:1:2::9'));
    expect(addressKey('::1')).toBe('0:0:0:0::/64');
    expect(addressKey('::ffff:192.0.2.7')).toBe('192.0.2.7');
    expect(addressKey('nonsense')).toBe('unknown');
  });

  it('is the same for every host of a /64, however the address is written', () => {
    const group = fc.integer({ min: 0, max: 0xffff });
    fc.assert(
      fc.property(
        fc.array(group, { minLength: 4, maxLength: 4 }),
        fc.array(group, { minLength: 8, maxLength: 8 }),
        (net, hosts) => {
          fc.pre(net.some((part) => part !== 0)); // ::ffff:a.b.c.d is IPv4
          const write = (groups: number[], pad: boolean) =>
            groups.map((part) => part.toString(16).padStart(pad ? 4 : 1, '0')).join(':');
          const one = write([...net, ...hosts.slice(0, 4)], false);
          const other = write([...net, ...hosts.slice(4)], true).toUpperCase();
          expect(addressKey(one)).toBe(addressKey(other));
        },
      ),
    );
  });
});

describe('networks', () => {
  it('contains by prefix and family', () => {
    const list = networks(['10.0.0.0/8', '192.0.2.1', 'fd00::/8']);
    expect(['10.1.2.3', '192.0.2.1', 'fd12::1'].every((address) => list.has(address))).toBe(true);
    expect(['11.0.0.1', '192.0.2.2', '2001:db8::1', 'unknown', ''].some((address) => list.has(address))).toBe(false);
    expect(LOOPBACK.has('127.8.9.1') && LOOPBACK.has('::1')).toBe(true);
  });

  it.each(['10.0.0.0/33', 'fd00::/129', '10.0.0.0/', 'ten', '10.0.0.0/8/8', ''])('refuses %j', (text) => {
    expect(isNetwork(text)).toBe(false);
    expect(() => networks([text])).toThrow(RangeError);
  });
});

describe('clientAddress', () => {
  const proxies = networks(['10.0.0.1', '10.0.0.2']);
  const of = (peer: string, forwarded?: string) =>
    clientAddress(peer, forwarded === undefined ? {} : { 'x-forwarded-for': forwarded }, proxies);

  it('believes the header only from a trusted proxy', () => {
    expect(of('198.51.100.9', '203.0.113.5')).toEqual({ address: '198.51.100.9', proxy: 'unknown' });
    expect(of('10.0.0.1', '203.0.113.5')).toEqual({ address: '203.0.113.5', proxy: 'trusted' });
    expect(of('::ffff:10.0.0.1', '203.0.113.5').address).toBe('203.0.113.5');
  });

  it('takes the last hop that is not a trusted proxy: what stands before it may be made up', () => {
    expect(of('10.0.0.1', '1.1.1.1, 203.0.113.5, 10.0.0.2').address).toBe('203.0.113.5');
  });

  it('stops at a hop that is not an address', () => {
    expect(of('10.0.0.1', '203.0.113.5, unknown').address).toBe('10.0.0.1');
    expect(of('10.0.0.1')).toEqual({ address: '10.0.0.1', proxy: 'none' });
  });

  it('knows no one behind a closed socket', () => {
    expect(clientAddress(undefined, {}, proxies).address).toBe('unknown');
  });
});
