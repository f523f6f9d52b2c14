import { discoverySchema } from '@rowhouse/bufferbloat-protocol';
import { describe, expect, it } from 'vitest';
import { parseHost, type Visitor } from '../../src/guard/index.ts';
import { addressedAs } from '../../src/main-server/household/addressed.ts';
import { discoveryOf, userOfPath } from '../../src/main-server/household/discovery.ts';
import { Instance } from '../../src/main-server/household/instance.ts';

function visitor(host: string, proxy: Visitor['proxy'] = 'none'): Visitor {
  const parsed = parseHost(host);
  if (!parsed) throw new Error(`not a host: ${host}`);
  return { address: '192.0.2.1', key: '192.0.2.1', host: parsed, proxy, thisMachine: false, forwarded: false };
}
const instance = new Instance({ id: 'alex/1', userId: 'alex', instance: 1, port: 8010 }, 50);

describe('the host that a client used', () => {
  it.each([
    ['192.0.2.9:8000', false, { scheme: 'ws', host: '192.0.2.9', port: 8000 }],
    ['[2001:db8::1]:8000', false, { scheme: 'ws', host: '[2001:db8::1]', port: 8000 }],
    ['[2001:db8::1]', true, { scheme: 'wss', host: '[2001:db8::1]', port: 443 }],
    ['test.example', false, { scheme: 'ws', host: 'test.example', port: 80 }],
    ['LOCALHOST:8443', true, { scheme: 'wss', host: 'localhost', port: 8443 }],
  ] as const)('%s, encrypted: %s', (host, encrypted, expected) => {
    expect(addressedAs({}, visitor(host), encrypted)).toEqual(expected);
  });

  const forwarded = { 'x-forwarded-host': 'public.example:8443', 'x-forwarded-proto': 'https' };
  it('is what a trusted proxy says', () => {
    const expected = { scheme: 'wss', host: 'public.example', port: 8443 };
    expect(addressedAs(forwarded, visitor('10.0.0.1:8000', 'trusted'), false)).toEqual(expected);
    const chain = { 'x-forwarded-host': '[2001:db8::2], inner.example', 'x-forwarded-proto': 'https, http' };
    expect(addressedAs(chain, visitor('10.0.0.1:8000', 'trusted'), false)).toEqual({
      scheme: 'wss',
      host: '[2001:db8::2]',
      port: 443,
    });
    expect(addressedAs({ 'x-forwarded-proto': 'http' }, visitor('a.example', 'trusted'), true)).toMatchObject({
      scheme: 'ws',
      host: 'a.example',
    });
  });

  it.each(['none', 'unknown'] as const)('is never what anybody else says (%s)', (proxy) => {
    const expected = { scheme: 'ws', host: '192.0.2.9', port: 8000 };
    expect(addressedAs(forwarded, visitor('192.0.2.9:8000', proxy), false)).toEqual(expected);
  });

  it.each(['evil"host', 'a b', 'x:99999', '[::1', '1.2.3', 'a\r\nb'])('refuses %j from a proxy', (host) => {
    expect(() => addressedAs({ 'x-forwarded-host': host }, visitor('10.0.0.1', 'trusted'), false)).toThrow('Host');
  });
});

describe('discovery', () => {
  it('names the process, and puts the token into both addresses', () => {
    const addressed = addressedAs({}, visitor('[2001:db8::1]:8000'), false);
    expect(discoverySchema.parse(discoveryOf('alex', { instance, udp: true }, addressed, 'a.b_c-d'))).toEqual({
      redirect: true,
      websocket_url: 'ws://[2001:db8::1]:8010/ws/virtual-household/alex?token=a.b_c-d',
      port: 8010,
      user_id: 'alex',
      architecture: 'simple_multiprocess',
      process_isolation: true,
      instance: 1,
      probe_url: 'ws://[2001:db8::1]:8010/ws/probe?token=a.b_c-d',
      udp: true,
    });
  });

  it('leads back to the main server when it stands in, and says why', () => {
    const addressed = addressedAs({}, visitor('test.example'), true);
    expect(discoveryOf('alex', { instance: undefined, reason: 'Down.' }, addressed, 't')).toEqual({
      redirect: false,
      websocket_url: 'wss://test.example:443/ws/virtual-household/alex?token=t',
      port: 443,
      user_id: 'alex',
      architecture: 'single_process',
      process_isolation: false,
      instance: 0,
      probe_url: 'wss://test.example:443/ws/probe?token=t',
      udp: false,
      reason: 'Down.',
    });
  });

  it('finds the user in a path', () => {
    expect(userOfPath('/ws/virtual-household/alex')).toBe('alex');
    expect(userOfPath('/ws/virtual-household')).toBeUndefined();
    expect(userOfPath('/ws/virtual-householdx/alex')).toBeUndefined();
  });
});
