import { EventEmitter } from 'node:events';
import type { IncomingMessage, Server } from 'node:http';
import { describe, expect, it } from 'vitest';
import { createGuard, FORWARDED_HEADER, GUARD_DEFAULTS } from '../src/guard/index.ts';

const limits = { ...GUARD_DEFAULTS.limits, connectionsPerAddress: 2 };
let nowMs = 1_700_000_000_000;
const guardWith = (secret: number) =>
  createGuard({ settings: { ...GUARD_DEFAULTS, limits }, secret: Buffer.alloc(32, secret), nowMs: () => nowMs });

interface From {
  readonly remoteAddress: string;
  readonly remotePort: number;
}
const request = ({ remoteAddress, remotePort }: From, headers: Record<string, string> = {}) =>
  ({
    headers: { host: 'rowhouse.test:8001', ...headers },
    socket: { remoteAddress, remotePort, localAddress: '127.0.0.1' },
  }) as unknown as IncomingMessage;
const MAIN: From = { remoteAddress: '127.0.0.1', remotePort: 5000 };
const visitorOf = (address: string) => guardWith(1).admit(request({ remoteAddress: address, remotePort: 4000 }));

describe('a connection that the main server opens for a visitor', () => {
  it('counts as the visitor’s, whatever its own address', () => {
    const vouched = guardWith(1).vouch(visitorOf('2001:db8::7'));
    const visitor = guardWith(1).admit(request(MAIN, { [FORWARDED_HEADER]: vouched }));
    expect(visitor).toMatchObject({ address: '2001:db8::7', key: '2001:db8:0:0::/64', proxy: 'none', forwarded: true });
    expect(visitor.thisMachine).toBe(false);
  });

  it('keeps what the visitor came through', () => {
    const behind = guardWith(1).admit(
      request({ remoteAddress: '192.0.2.1', remotePort: 1 }, { 'x-forwarded-for': '198.51.100.1' }),
    );
    const visitor = guardWith(1).admit(request(MAIN, { [FORWARDED_HEADER]: guardWith(1).vouch(behind) }));
    expect(visitor).toMatchObject({ address: '192.0.2.1', proxy: 'unknown' });
  });

  const vouched = guardWith(1).vouch(visitorOf('203.0.113.7'));
  it.each([
    ['by another server', guardWith(2).vouch(visitorOf('203.0.113.7'))],
    ['for another address', vouched.replace('203.0.113.7', '203.0.113.8')],
    ['for another kind of way', vouched.replace('none', 'trusted')],
    [
      'for a later time',
      vouched.replace(
        /;([0-9a-z]+);([\w-]+)$/,
        (_all, expiry: string, mac: string) => `;${(Number.parseInt(expiry, 36) + 9e6).toString(36)};${mac}`,
      ),
    ],
    ['twice', `${vouched}, ${vouched}`],
    ['by a test’s token', guardWith(1).issue(visitorOf('203.0.113.7')).token],
    ['by nobody', '203.0.113.7;none;zzzz;'],
    ['with nothing', ''],
  ])('is refused when it is vouched for %s', (_how, value) => {
    expect(() => guardWith(1).admit(request(MAIN, { [FORWARDED_HEADER]: value }))).toThrow('not valid HTTP');
  });

  it('is refused when the word is old', () => {
    const old = guardWith(1).vouch(visitorOf('203.0.113.7'));
    nowMs += 11_000;
    expect(() => guardWith(1).admit(request(MAIN, { [FORWARDED_HEADER]: old }))).toThrow('not valid HTTP');
  });

  it('uses up the visitor’s connections, not those of this machine', () => {
    const guard = guardWith(1);
    const server = new EventEmitter() as unknown as Server & { setTimeout: () => void; maxHeadersCount: number };
    server.setTimeout = () => server;
    guard.watch(server);
    const open = (remotePort: number) => {
      const socket = Object.assign(new EventEmitter(), { ...MAIN, remotePort, destroy: () => {} });
      server.emit('connection', socket);
      return socket;
    };
    const pass = (remotePort: number, address: string) =>
      guard.admit(request({ ...MAIN, remotePort }, { [FORWARDED_HEADER]: guard.vouch(visitorOf(address)) }));
    const first = open(1);
    pass(1, '203.0.113.7');
    open(2);
    pass(2, '203.0.113.7');
    open(3);
    expect(() => pass(3, '203.0.113.7')).toThrow('Too many connections');
    open(4);
    expect(pass(4, '203.0.113.9').forwarded).toBe(true);
    first.emit('close');
    open(5);
    expect(() => pass(5, '203.0.113.7')).toThrow('Too many connections'); // the third is still open
    expect(guard.stats().connections).toBe(4);
  });
});
