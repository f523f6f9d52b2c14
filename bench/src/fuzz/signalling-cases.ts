import { USER_PATHS } from '@rowhouse/bufferbloat-protocol';
import { MARKER, type TcpCase, USER_IDS } from './case.ts';
import { textFrame, upgradeRequest } from '../shared/frames.ts';
import { hostileValue } from './hostile.ts';
import type { Random } from '../shared/random.ts';

/** An address and port that offers name as the client's own; whoever listens there must hear nothing. */
export interface Decoy {
  readonly address: string;
  readonly port: number;
}

/** Offers for a data channel that are malformed, contradictory or aimed at somebody else. */
export function signallingCase(random: Random, token: string, decoy: Decoy): TcpCase {
  const messages = Array.from({ length: random.chance(0.8) ? 1 : 2 + random.int(4) }, () => message(random, decoy));
  return {
    kind: 'signalling',
    server: random.pick(['ping', ...USER_IDS]),
    chunks: [upgradeRequest(`${USER_PATHS.probe}?token=${encodeURIComponent(token)}`), ...messages.map(textFrame)],
    afterAnswer: true,
    ending: random.pick(['read', 'read', 'read', 'reset'] as const),
  };
}

function message(random: Random, decoy: Decoy): string {
  const sdp = hostileSdp(random, decoy);
  return random.pick([
    () => JSON.stringify({ type: 'offer', sdp }),
    () => JSON.stringify({ type: 'offer', sdp }),
    () => JSON.stringify({ type: 'offer', sdp }),
    () => JSON.stringify({ type: 'offer', sdp: hostileValue(random) }),
    () => JSON.stringify({ type: random.pick(['answer', 'candidate', 'rollback', MARKER]), sdp }),
    () => random.mutate(JSON.stringify({ type: 'offer', sdp })),
  ])();
}

function offer(random: Random, decoy: Decoy): string[] {
  const fingerprint = random
    .bytes(32)
    .toString('hex')
    .toUpperCase()
    .replaceAll(/..(?!$)/g, '$&:');
  return [
    'v=0',
    `o=- ${random.int(2 ** 31)} 2 IN IP4 127.0.0.1`,
    's=-',
    't=0 0',
    'a=group:BUNDLE 0',
    'a=msid-semantic: WMS',
    'm=application 9 UDP/DTLS/SCTP webrtc-datachannel',
    'c=IN IP4 127.0.0.1',
    `a=candidate:1 1 udp 2113937151 ${decoy.address} ${decoy.port} typ host generation 0`,
    `a=ice-ufrag:${random.bytes(3).toString('base64')}`,
    `a=ice-pwd:${random.bytes(18).toString('base64')}`,
    'a=ice-options:trickle',
    `a=fingerprint:sha-256 ${fingerprint}`,
    'a=setup:actpass',
    'a=mid:0',
    'a=sctp-port:5000',
    'a=max-message-size:262144',
  ];
}

/** A proper offer with up to five lines replaced, doubled, dropped or added, and sometimes its bytes changed. */
function hostileSdp(random: Random, decoy: Decoy): string {
  const lines = offer(random, decoy);
  for (let times = random.int(6); times > 0; times -= 1) {
    const at = random.int(lines.length);
    const change = random.int(4);
    if (change === 0) lines.splice(at, 1);
    else if (change === 1) lines.splice(at, 0, ...Array<string>(1 + random.int(50)).fill(lines[at] ?? ''));
    else if (change === 2) lines[at] = `${lines[at]?.split(':')[0]}:${hostileValue(random)}`;
    else lines.splice(at, 0, hostileLine(random, decoy));
  }
  const sdp = `${lines.join(random.chance(0.9) ? '\r\n' : '\n')}\r\n`;
  return (random.chance(0.3) ? random.mutate(sdp) : sdp).slice(0, 8192);
}

function hostileLine(random: Random, { address, port }: Decoy): string {
  const number = () => random.pick(['0', '-1', '65536', '99999999999999999999', '1', 'x', '']);
  return random.pick([
    () => `a=candidate:1 1 udp 1 ${address} ${number()} typ host`,
    () => `a=candidate:1 1 udp ${number()} ${address} ${port} typ srflx raddr ${address} rport ${port}`,
    () => `a=candidate:1 1 tcp 1 ${address} ${port} typ host tcptype active`,
    () => `a=candidate:${'9'.repeat(500)} 1 udp 1 ${address} ${port} typ host`,
    () => `a=candidate:1 1 udp 1 ${MARKER}.localhost ${port} typ host`,
    () => 'a=ice-lite',
    () => `a=setup:${random.pick(['active', 'passive', 'holdconn', 'actpass', ''])}`,
    () =>
      `a=fingerprint:${random.pick(['sha-1', 'sha-512', 'md5', ''])} ${random.pick(['00', 'ZZ:ZZ', ':', '00:'.repeat(2000)])}`,
    () => `a=sctp-port:${number()}`,
    () => `a=max-message-size:${number()}`,
    () => `a=ice-ufrag:${'u'.repeat(random.int(400))}`,
    () => `a=ice-pwd:${'p'.repeat(random.int(400))}`,
    () => `m=${random.pick(['audio', 'video', 'application', MARKER])} ${number()} UDP/TLS/RTP/SAVPF ${number()}`,
    () => `a=mid:${'m'.repeat(random.int(300))}`,
    () => `a=group:BUNDLE ${'0 '.repeat(random.int(300))}`,
    () => `a=rtpmap:${number()} opus/${number()}/${number()}`,
    () => 'a=end-of-candidates',
  ])();
}
