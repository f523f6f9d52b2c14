import {
  ACK_STREAM,
  FRAME_HEADER_BYTES,
  type FrameHeader,
  MAX_FRAME_BYTES,
  USER_PATHS,
  writeFrameHeader,
} from '@rowhouse/bufferbloat-protocol';
import { frame, textFrame, upgradeRequest } from '../shared/frames.ts';
import type { Random } from '../shared/random.ts';
import { MARKER, type TcpCase, USER_IDS } from './case.ts';
import { hostileToken, hostileValue } from './hostile.ts';

const sessionPath = (userId: string) => `${USER_PATHS.session}/${userId}`;

/**
 * A question where a user is to be found, with a user, a token or a host that is made up. Discovery answers with the host
 * that it was asked by, so that hosts carry no marker here; what an untrusted client claims was forwarded does.
 */
export function discoveryCase(random: Random, token: string, nowMs: number): TcpCase {
  const user = random.chance(0.5)
    ? random.pick(USER_IDS)
    : encodeURIComponent(random.chance(0.5) ? hostileValue(random) : random.pick(['__proto__', 'constructor', MARKER]));
  const claimed = random.pick([
    () => `?token=${encodeURIComponent(hostileToken(random, token))}`,
    () => `?token=${encodeURIComponent(token)}&token=${encodeURIComponent(hostileToken(random, token))}`,
    () => `?token=${encodeURIComponent(token)}`,
    () => '',
  ])();
  const host = random.pick(['localhost', '[::1]:8000', 'a b', 'evil"}', 'u:p@localhost', 'x'.repeat(300), '', 'a\tb']);
  const headers = random.pick([
    [],
    [`X-Forwarded-Host: ${MARKER}.example`, 'X-Forwarded-Proto: https'],
    [`X-Forwarded-For: ${hostileValue(random)}`],
    [`X-Rowhouse-Forwarded: ${hostileForwarding(random, nowMs)}`],
    [`Origin: https://${MARKER}.example`],
    ['Connection: Upgrade', 'Upgrade: websocket'],
  ]);
  const method = random.pick(['GET', 'GET', 'GET', 'HEAD', 'POST', 'OPTIONS', 'DELETE']);
  const lines = [`${method} ${sessionPath(user)}${claimed} HTTP/1.1`, `Host: ${host}`, ...headers];
  return {
    kind: 'discovery',
    server: random.chance(0.8) ? 'main' : random.pick(USER_IDS),
    chunks: [Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1')],
    afterAnswer: false,
    ending: 'read',
  };
}

/** A session that is let in, at its own process or passed on by the main server, and then says what it must not. */
export function sessionCase(random: Random, token: string, nowMs: number): TcpCase {
  const user = random.pick(USER_IDS);
  const query = random.chance(0.95) ? `?token=${encodeURIComponent(token)}` : '';
  const forged = random.chance(0.1) ? [`X-Rowhouse-Forwarded: ${hostileForwarding(random, nowMs)}`] : [];
  const said = Array.from({ length: 1 + random.int(6) }, () =>
    random.chance(0.5) ? textFrame(sessionText(random)) : trafficFrame(random, nowMs),
  );
  return {
    kind: 'session',
    server: random.chance(0.7) ? user : 'main',
    chunks: [upgradeRequest(sessionPath(user) + query, forged), Buffer.concat(said)],
    afterAnswer: random.chance(0.9),
    ending: random.pick(['read', 'read', 'half-close', 'reset'] as const),
  };
}

function hostileForwarding(random: Random, nowMs: number): string {
  const signature = random.bytes(32).toString('base64url');
  return random.pick([
    () => `127.0.0.1;none;${Math.trunc(nowMs + 5000).toString(36)};${signature}`,
    () => `${MARKER};trusted;0;${signature}`,
    () => ';'.repeat(1 + random.int(20)),
    () => hostileValue(random).replaceAll(/[\r\n\0]/g, ''),
  ])();
}

function sessionText(random: Random): string {
  const number = () => random.pick([-1, 1e308, 10_001, 0.5, null, '0', [], {}, MARKER]);
  return random.pick([
    () => JSON.stringify({ type: 'start', baseOneWayMs: 0 }),
    () => JSON.stringify({ type: 'start', baseOneWayMs: 0, variant: '200', adaptive: true }),
    () => JSON.stringify({ type: 'start', baseOneWayMs: number() }),
    () =>
      JSON.stringify({ type: 'start', baseOneWayMs: 0, variant: random.pick(['__proto__', 'constructor', MARKER]) }),
    () => JSON.stringify({ type: 'start', baseOneWayMs: 0, adaptive: number() }),
    () => `{"type":"start","baseOneWayMs":${hostileValue(random)}}`,
    () => JSON.stringify({ type: 'quality', quality: random.pick([number(), 15, 16, 0]) }),
    () => JSON.stringify({ type: 'stop' }),
    () => JSON.stringify({ type: hostileValue(random), sessionId: MARKER }),
    () => JSON.stringify({ type: 'stop', sessionId: MARKER, __proto__: { type: 'start' } }),
    () => random.mutate(JSON.stringify({ type: 'start', baseOneWayMs: 0, adaptive: false })),
    () => '['.repeat(4000),
    () => `"${MARKER}"`,
    () => '',
  ])();
}

/** A message of traffic whose header lies: its stream, its number, its times, its acknowledgement or its length. */
function trafficFrame(random: Random, nowMs: number): Buffer {
  const u32 = () => random.pick([0, 1, 2 ** 31, 2 ** 32 - 1, random.int(2 ** 31)]);
  const time = () => random.pick([nowMs, 0, -1, 1e308, Number.NaN, Number.NEGATIVE_INFINITY, nowMs + 1e7]);
  const header: FrameHeader = {
    stream: random.pick([0, 1, 2, 3, 7, 8, 254, ACK_STREAM]),
    keyFrame: random.chance(0.5),
    quality: random.int(256),
    sequence: u32(),
    unit: u32(),
    unitBytes: u32(),
    dueMs: time(),
    sentAfterMs: time(),
    ackBytes: u32(),
  };
  const length = random.pick([
    () => FRAME_HEADER_BYTES,
    () => random.int(FRAME_HEADER_BYTES),
    () => FRAME_HEADER_BYTES + random.int(3000),
    () => (random.chance(0.05) ? MAX_FRAME_BYTES + random.int(3) - 1 : 100),
  ])();
  const payload = Buffer.alloc(Math.max(FRAME_HEADER_BYTES, length), 7);
  writeFrameHeader(new DataView(payload.buffer, payload.byteOffset, FRAME_HEADER_BYTES), header);
  if (random.chance(0.2)) payload[3] = random.int(256);
  const whole = payload.subarray(0, length);
  if (random.chance(0.1)) return frame({ opcode: 2, payload: whole, claimedLength: 2n ** BigInt(16 + random.int(48)) });
  return Buffer.concat(Array.from({ length: random.chance(0.1) ? 50 : 1 }, () => frame({ opcode: 2, payload: whole })));
}
