import { MAIN_PATHS, PING_PATHS, PROBE_BYTES, USER_PATHS } from '@rowhouse/bufferbloat-protocol';
import { MARKER, type TcpCase, USER_IDS } from './case.ts';
import { frame, textFrame, upgradeRequest } from '../shared/frames.ts';
import { hostileToken, hostileValue } from './hostile.ts';
import type { Random } from '../shared/random.ts';

const SOCKETS = [
  { server: 'main', path: MAIN_PATHS.telemetry },
  { server: 'main', path: MAIN_PATHS.bulkDownload },
  { server: 'ping', path: PING_PATHS.probe },
  { server: 'main', path: USER_PATHS.probe },
  ...USER_IDS.flatMap((id) => [
    { server: id, path: USER_PATHS.probe },
    { server: id, path: `${USER_PATHS.session}/${id}` },
    { server: 'main', path: `${USER_PATHS.session}/${id}` },
  ]),
];

/** An upgrade that must be refused: its token, its version, its key, its origin, its extensions. */
export function upgradeCase(random: Random, token: string): TcpCase {
  const { server, path } = random.pick(SOCKETS);
  const claimed = encodeURIComponent(random.chance(0.6) ? hostileToken(random, token) : token);
  const headers = random.pick([
    [],
    [`Origin: https://${MARKER}.example`],
    ['Origin: null'],
    [`Sec-WebSocket-Protocol: ${MARKER}`],
    [`Sec-WebSocket-Protocol: ${','.repeat(500)}`],
    ['Sec-WebSocket-Extensions: permessage-deflate; server_max_window_bits=99999'],
    [`Sec-WebSocket-Extensions: ${'permessage-deflate,'.repeat(200)}`],
    ['Sec-WebSocket-Version: 99'],
    ['Content-Length: 10'],
  ]);
  const request = upgradeRequest(`${path}?token=${claimed}`, headers);
  const text = random.chance(0.4) ? random.mutate(request) : request;
  return { kind: 'upgrade', server, chunks: [Buffer.from(text, 'latin1')], afterAnswer: false, ending: 'read' };
}

/** A proper upgrade with hostile frames behind it; sometimes in the same packet. */
export function frameCase(random: Random, token: string): TcpCase {
  const { server, path } = random.pick(SOCKETS);
  const frames = Array.from({ length: 1 + random.int(5) }, () => hostileFrame(random));
  return {
    kind: 'frames',
    server,
    chunks: [upgradeRequest(`${path}?token=${encodeURIComponent(token)}`), Buffer.concat(frames)],
    afterAnswer: random.chance(0.8),
    ending: random.pick(['read', 'read', 'half-close', 'reset'] as const),
  };
}

function hostileFrame(random: Random): Buffer {
  return random.pick([
    () => frame({ opcode: random.int(16), payload: random.bytes(random.int(300)) }),
    () => frame({ opcode: 2, payload: random.bytes(random.int(2 * PROBE_BYTES)) }),
    () => frame({ opcode: 2, payload: probeOfNotANumber(random) }),
    () => frame({ opcode: 1, payload: random.bytes(random.int(200)) }),
    () => frame({ opcode: 1, payload: Buffer.alloc(8 * 1024 + random.int(3) - 1, 'x') }),
    () => frame({ opcode: 2, payload: random.bytes(20), reserved: 1 + random.int(7) }),
    () => frame({ opcode: 2, payload: random.bytes(12), masked: false }),
    () => frame({ opcode: 2, payload: random.bytes(10), claimedLength: 2n ** BigInt(16 + random.int(48)) }),
    () => frame({ opcode: 9, payload: random.bytes(100 + random.int(60)) }),
    () => Buffer.concat(Array.from({ length: 200 }, () => frame({ opcode: 9, payload: random.bytes(20) }))),
    () => frame({ opcode: 8, payload: closePayload(random) }),
    () => frame({ opcode: 0, payload: random.bytes(12) }),
    () =>
      Buffer.concat(Array.from({ length: 300 }, () => frame({ opcode: 0, payload: random.bytes(1), final: false }))),
    () => frame({ opcode: 9, payload: random.bytes(5), final: false }),
    () => textFrame(telemetryText(random)),
  ])();
}

function probeOfNotANumber(random: Random): Buffer {
  const bytes = random.bytes(PROBE_BYTES);
  bytes.writeDoubleBE(random.pick([Number.NaN, Number.POSITIVE_INFINITY, -0, 5e-324]), 4);
  return bytes;
}

function closePayload(random: Random): Buffer {
  const code = Buffer.alloc(2);
  code.writeUInt16BE(random.pick([0, 999, 1000, 1004, 1005, 1006, 1015, 2999, 5000, 65_535]));
  return Buffer.concat([code.subarray(0, random.int(3)), random.bytes(random.int(140))]);
}

function telemetryText(random: Random): string {
  return random.pick([
    () => JSON.stringify({ type: 'interval', intervalMs: hostileValue(random) }),
    () => `{"type":"interval","intervalMs":${hostileValue(random)}}`,
    () => JSON.stringify({ type: 'stop-load', direction: hostileValue(random) }),
    () => JSON.stringify({ type: hostileValue(random), [MARKER]: MARKER }),
    () => `{"__proto__":{"type":"interval"},"intervalMs":100}`,
    () => '['.repeat(4000),
    () => '{"a":'.repeat(1500),
    () => `"${MARKER}"`,
    () => 'null',
    () => '',
  ])();
}
