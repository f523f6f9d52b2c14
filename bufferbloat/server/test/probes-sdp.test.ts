import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { reachableAddresses } from '../src/probes/reachable.ts';
import { readOffer, withCandidates, writeOffer } from '../src/probes/sdp.ts';

const fingerprint = Array.from({ length: 32 }, (_, index) => index.toString(16).padStart(2, '0').toUpperCase()).join(
  ':',
);
const offer = [
  'v=0',
  'o=- 4611731400430051336 2 IN IP4 127.0.0.1',
  's=-',
  't=0 0',
  'a=group:BUNDLE 0',
  'a=extmap-allow-mixed',
  'm=application 9 UDP/DTLS/SCTP webrtc-datachannel',
  'c=IN IP4 203.0.113.66',
  'a=candidate:1 1 udp 2113937151 203.0.113.66 53 typ host',
  'a=ice-ufrag:abcd',
  'a=ice-pwd:0123456789abcdefghijkl',
  'a=ice-options:trickle',
  `a=fingerprint:sha-256 ${fingerprint}`,
  'a=setup:actpass',
  'a=mid:0',
  'a=sctp-port:5000',
  'a=max-message-size:262144',
  '',
].join('\r\n');

describe('readOffer', () => {
  it('keeps the five values that matter', () => {
    expect(readOffer(offer)).toEqual({
      iceUfrag: 'abcd',
      icePwd: '0123456789abcdefghijkl',
      fingerprint,
      setup: 'actpass',
      mid: '0',
    });
  });

  it.each([
    ['no section', offer.replace(/m=.*\r\n/, '')],
    [
      'a video section',
      offer.replace('m=application 9 UDP/DTLS/SCTP webrtc-datachannel', 'm=video 9 UDP/TLS/RTP/SAVPF 96'),
    ],
    ['two sections', offer.replace('a=mid:0', 'a=mid:0\r\nm=application 9 UDP/DTLS/SCTP webrtc-datachannel')],
    ['no password', offer.replace(/a=ice-pwd.*\r\n/, '')],
    ['a short password', offer.replace('0123456789abcdefghijkl', 'short')],
    ['a password with a line', offer.replace('0123456789abcdefghijkl', '0123456789abcdefghijkl\u0000a=candidate')],
    ['an old fingerprint', offer.replace('sha-256', 'sha-1')],
    ['a cut fingerprint', offer.replace(fingerprint, fingerprint.slice(3))],
    ['an unknown role', offer.replace('actpass', 'holdconn')],
    ['nothing', ''],
  ])('refuses %s', (_what, text) => {
    expect(readOffer(text)).toBeUndefined();
  });

  it('never throws, and what it accepts is written without anything else of the client', () => {
    const lines = offer.split('\r\n');
    const mutated = fc
      .array(fc.tuple(fc.nat(lines.length - 1), fc.string({ maxLength: 40 })), { maxLength: 4 })
      .map((changes) => {
        const copy = [...lines];
        for (const [at, text] of changes) copy[at] = text;
        return copy.join('\r\n');
      });
    fc.assert(
      fc.property(mutated, (text) => {
        const read = readOffer(text);
        if (!read) return;
        const written = writeOffer(read);
        expect(written).not.toContain('candidate');
        expect(written).not.toContain('203.0.113.66');
        expect(written.split('\r\n')).toHaveLength(17);
        expect(readOffer(written)).toEqual(read);
      }),
    );
  });
});

describe('withCandidates', () => {
  const answer = 'v=0\r\na=mid:0\r\na=candidate:2 1 UDP 1 10.0.0.5 8005 typ host\r\na=end-of-candidates\r\n';

  it('puts the given addresses in place of what was found, best first', () => {
    expect(withCandidates(answer, ['192.0.2.1', '2001:db8::1'], 8005).split('\r\n')).toEqual([
      'v=0',
      'a=mid:0',
      'a=candidate:1 1 UDP 2130706431 192.0.2.1 8005 typ host',
      'a=candidate:2 1 UDP 2130705919 2001:db8::1 8005 typ host',
      'a=end-of-candidates',
      '',
    ]);
  });

  it('leaves what was found where nothing is known', () => {
    expect(withCandidates(answer, [], 8005)).toBe(answer);
  });
});

describe('reachableAddresses', () => {
  const of = (
    localAddress: string | undefined,
    proxy: 'none' | 'trusted' | 'unknown' = 'none',
    publicAddress: string | null = null,
  ) => reachableAddresses(localAddress, proxy, publicAddress);

  it('is the address that the client used', () => {
    expect(of('::ffff:192.0.2.1')).toEqual(['192.0.2.1']);
    expect(of('2001:db8::1')).toEqual(['2001:db8::1']);
  });

  it('has the public one first', () => {
    expect(of('10.0.0.5', 'none', '203.0.113.9')).toEqual(['203.0.113.9', '10.0.0.5']);
    expect(of('203.0.113.9', 'none', '203.0.113.9')).toEqual(['203.0.113.9']);
  });

  it('is not given up for a header that anybody can make up', () => {
    expect(of('192.0.2.1', 'unknown')).toEqual(['192.0.2.1']);
  });

  it('is unknown behind a trusted proxy, on link-local addresses and on closed sockets', () => {
    expect(of('127.0.0.1', 'trusted')).toEqual([]);
    expect(of('fe80::1%eth0')).toEqual([]);
    expect(of(undefined)).toEqual([]);
    expect(of('127.0.0.1', 'trusted', '203.0.113.9')).toEqual(['203.0.113.9']);
  });
});
