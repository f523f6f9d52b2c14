import { PROTOCOL_VERSION } from '@rowhouse/classroom-protocol';
import { MARKER, type TcpCase } from '../fuzz/case.ts';
import { hostileValue } from '../fuzz/hostile.ts';
import { frame, textFrame, upgradeRequest } from '../shared/frames.ts';
import type { Random } from '../shared/random.ts';
import { type Attacker, classroomCase, hostilePath } from './person-case.ts';

const TYPES = [
  'hello',
  'run',
  'repl',
  'input',
  'end-input',
  'interrupt',
  'stop',
  'pin',
  'attach',
  'detach',
  'ack',
  'list',
  MARKER,
] as const;
const HELLO = JSON.stringify({ type: 'hello', protocol: PROTOCOL_VERSION });

/** An upgrade that is wrong somewhere. */
export function upgradeCase(random: Random, { cookie }: Attacker): TcpCase {
  const extra = random.pick([
    [],
    ['Origin: null'],
    [`Origin: http://${MARKER}.example`],
    ['Origin: http://localhost', 'Sec-Fetch-Site: cross-site'],
    [`Sec-WebSocket-Protocol: ${MARKER}`],
    [`Sec-WebSocket-Protocol: ${','.repeat(500)}`],
    ['Sec-WebSocket-Extensions: permessage-deflate; server_max_window_bits=99999'],
    ['Sec-WebSocket-Version: 99'],
    ['Content-Length: 10'],
    ['Transfer-Encoding: chunked'],
  ]);
  const path = random.pick(['/ws', '/ws', '/ws?x=y', '/ws/', '/WS', '//ws', '/ws%00', '/api/session', `/${MARKER}`]);
  const request = upgradeRequest(path, random.chance(0.8) ? [`Cookie: ${cookie}`, ...extra] : extra);
  return classroomCase(random, 'upgrade', [
    Buffer.from(random.chance(0.4) ? random.mutate(request) : request, 'latin1'),
  ]);
}

/** Frames that are none, behind a proper upgrade. */
export function frameCase(random: Random, { cookie }: Attacker): TcpCase {
  const frames = Array.from({ length: 1 + random.int(5) }, () => hostileFrame(random));
  const chunks = [upgradeRequest('/ws', [`Cookie: ${cookie}`]), Buffer.concat(frames)];
  return classroomCase(random, 'frames', chunks, random.chance(0.8));
}

/** Messages that are nearly of the protocol. */
export function messageCase(random: Random, { cookie, accountId }: Attacker, neighbourId: string): TcpCase {
  const messages = Array.from({ length: 1 + random.int(12) }, () => hostileMessage(random, [accountId, neighbourId]));
  if (random.chance(0.9)) messages.unshift(HELLO);
  const chunks = [upgradeRequest('/ws', [`Cookie: ${cookie}`]), Buffer.concat(messages.map(textFrame))];
  return classroomCase(random, 'messages', chunks, true);
}

function hostileFrame(random: Random): Buffer {
  return random.pick([
    () => frame({ opcode: random.int(16), payload: random.bytes(random.int(300)) }),
    () => frame({ opcode: 1, payload: random.bytes(random.int(300)) }),
    () => frame({ opcode: 1, payload: Buffer.alloc(256 * 1024 + random.int(3) - 1, 'x') }),
    () => frame({ opcode: 2, payload: Buffer.from(HELLO) }),
    () => frame({ opcode: 1, payload: Buffer.from(HELLO), reserved: 1 + random.int(7) }),
    () => frame({ opcode: 1, payload: Buffer.from(HELLO), masked: false }),
    () => frame({ opcode: 1, payload: random.bytes(10), claimedLength: 2n ** BigInt(16 + random.int(48)) }),
    () => Buffer.concat(Array.from({ length: 300 }, () => frame({ opcode: 9, payload: random.bytes(20) }))),
    () =>
      Buffer.concat(Array.from({ length: 300 }, () => frame({ opcode: 0, payload: random.bytes(1), final: false }))),
    () => frame({ opcode: 8, payload: random.bytes(random.int(140)) }),
    () => frame({ opcode: 9, payload: random.bytes(130) }),
    () => textFrame(HELLO),
  ])();
}

function hostileMessage(random: Random, users: readonly string[]): string {
  const value = (): unknown =>
    random.pick<() => unknown>([
      () => hostileValue(random),
      () => random.int(1e6) - 5e5,
      () => random.pick([-1, 1.5, 2 ** 53, 1e308, true, null]),
      () => [],
      () => ({ a: 1 }),
      () => random.pick(users),
      () => 'p1',
    ])();
  // What it runs is harmless: programs that are not have a bench of their own, behind walls of their own.
  const fields: Record<string, () => unknown> = {
    protocol: () => random.pick([1, 2, -1]),
    requestId: () => random.pick(['r', 'r', '\0', 'r'.repeat(64), 'r'.repeat(65)]),
    source: () => random.pick(['print(1)', 'input()', '', '\0', 'print("', 'def', '\ud800', 'print(1)\n'.repeat(2000)]),
    file: () => hostilePath(random),
    args: () => random.pick([[], ['\0'], Array.from({ length: 65 }, () => 'a'), ['--', '\u202e'], 'a']),
    process: () => random.pick(['p1', '', 'x'.repeat(64), 'x'.repeat(65), '__proto__', '../..']),
    inputId: () => 'i',
    text: () => random.pick(['x', '', '\n\n', '\0', '\ud800', 'x'.repeat(70_000)]),
    offset: () => random.pick([0, 1e9, -1]),
    from: () => random.pick([0, 1e9, -1]),
    user: () => random.pick(users),
    pinned: () => true,
    thenRepl: () => random.chance(0.5),
  };
  if (random.chance(0.1))
    return random.pick(['', 'null', '[]', '"x"', '['.repeat(5000), '{"__proto__":{"type":"repl"}}', '\u0000', '1e999']);
  const message: Record<string, unknown> = { type: random.chance(0.97) ? random.pick(TYPES) : value() };
  for (const [name, make] of Object.entries(fields)) {
    if (random.chance(0.7)) message[name] = random.chance(0.9) ? make() : value();
  }
  const text = JSON.stringify(message);
  return random.chance(0.1) ? random.mutate(text) : text;
}
