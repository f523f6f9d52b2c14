import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FrameReader, KEPT_BYTES } from '../../src/websocket/index.ts';

interface Frame {
  readonly opcode: number;
  readonly payload: Uint8Array;
  readonly final?: boolean;
  readonly reserved?: number;
  readonly masked?: boolean;
  readonly claimed?: bigint;
  /** Writes the length in more bytes than it needs. */
  readonly wide?: boolean;
}

function encode({ opcode, payload, final = true, reserved = 0, masked = true, claimed, wide = false }: Frame): Buffer {
  const length = claimed ?? BigInt(payload.byteLength);
  const head = Buffer.alloc(14);
  head[0] = (final ? 0x80 : 0) | (reserved << 4) | opcode;
  let at = 2;
  if (length > 65_535n || wide) {
    head[1] = 127;
    at = head.writeBigUInt64BE(length, 2);
  } else if (length > 125n) {
    head[1] = 126;
    at = head.writeUInt16BE(Number(length), 2);
  } else head[1] = Number(length);
  if (!masked) return Buffer.concat([head.subarray(0, at), payload]);
  head[1] = (head[1] ?? 0) | 0x80;
  const mask = Buffer.from([0x12, 0xfe, 0x33, 0x80]);
  const hidden = payload.map((byte, n) => byte ^ (mask[n & 3] ?? 0));
  return Buffer.concat([head.subarray(0, at), mask, hidden]);
}

/** Feeds bytes in pieces. @returns what was told */
function read(bytes: Uint8Array, pieces: readonly number[] = [], mostBytes = 100_000): unknown[] {
  const told: unknown[] = [];
  const reader = new FrameReader(
    {
      onBinary: (head, length) => told.push(['binary', Buffer.from(head).toString('hex'), length]),
      onText: (text) => told.push(['text', text]),
      onPing: (data) => told.push(['ping', Buffer.from(data).toString('hex')]),
      onPong: () => told.push(['pong']),
      onClose: () => told.push(['close']),
      onInvalid: (code) => told.push(['invalid', code]),
    },
    mostBytes,
  );
  let at = 0;
  for (let n = 0; at < bytes.byteLength; n += 1) {
    const size = pieces.length === 0 ? bytes.byteLength : (pieces[n % pieces.length] ?? 1);
    const chunk = bytes.slice(at, at + size);
    reader.push(chunk, chunk.byteLength);
    at += size;
  }
  return told;
}

const data = (length: number) => Buffer.from(Array.from({ length }, (_, n) => (n * 7) & 255));
const pieces = fc.array(fc.integer({ min: 1, max: 5000 }), { minLength: 1, maxLength: 20 });
const lengths = fc.oneof(
  fc.constantFrom(0, 1, 31, 32, 33, 125, 126, 65_535, 65_536),
  fc.integer({ min: 0, max: 70_000 }),
);

describe('FrameReader', () => {
  it('reads binary messages of every length, in whatever pieces and fragments they come', () => {
    fc.assert(
      fc.property(
        fc.array(lengths, { maxLength: 5 }),
        pieces,
        fc.integer({ min: 1, max: 4 }),
        (all, cut, fragments) => {
          const bytes = all.flatMap((length) => {
            const payload = data(length);
            const size = Math.ceil(length / fragments) || 1;
            return Array.from({ length: fragments }, (_, n) => [
              encode({
                opcode: n === 0 ? 2 : 0,
                final: n === fragments - 1,
                payload: payload.subarray(n * size, (n + 1) * size),
                wide: n === 1,
              }),
              encode({ opcode: 9, payload: data(n) }), // control frames may come between fragments
            ]).flat();
          });
          const expected = all.flatMap((length) => [
            ...Array.from({ length: fragments - 1 }, (_, n) => ['ping', data(n).toString('hex')]),
            ['binary', data(length).subarray(0, KEPT_BYTES).toString('hex'), length],
            ['ping', data(fragments - 1).toString('hex')],
          ]);
          expect(read(Buffer.concat(bytes), cut)).toEqual(expected);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('reads text, pongs and a goodbye, after which nothing is heard', () => {
    const bytes = Buffer.concat([
      encode({ opcode: 1, payload: Buffer.from('{"ty'), final: false }),
      encode({ opcode: 0, payload: Buffer.from('pe":"ä"}') }),
      encode({ opcode: 10, payload: data(3) }),
      encode({ opcode: 8, payload: data(2) }),
      encode({ opcode: 1, payload: data(2) }),
    ]);
    expect(read(bytes, [3])).toEqual([['text', '{"type":"ä"}'], ['pong'], ['close']]);
  });

  it.each<[string, readonly Frame[], number]>([
    ['unmasked', [{ opcode: 2, payload: data(4), masked: false }], 1002],
    ['with a reserved bit', [{ opcode: 2, payload: data(4), reserved: 4 }], 1002],
    ['of an unknown kind', [{ opcode: 3, payload: data(4) }], 1002],
    ['of an unknown control kind', [{ opcode: 11, payload: data(0) }], 1002],
    ['a control frame in fragments', [{ opcode: 9, payload: data(1), final: false }], 1002],
    ['a long control frame', [{ opcode: 9, payload: data(126) }], 1002],
    ['the rest of nothing', [{ opcode: 0, payload: data(1) }], 1002],
    [
      'a message within another',
      [
        { opcode: 2, payload: data(1), final: false },
        { opcode: 2, payload: data(1) },
      ],
      1002,
    ],
    ['too large', [{ opcode: 2, payload: data(0), claimed: 100_001n }], 1009],
    ['absurdly large', [{ opcode: 2, payload: data(0), claimed: 2n ** 63n }], 1009],
    [
      'too large in fragments',
      [
        { opcode: 2, payload: data(60_000), final: false },
        { opcode: 0, payload: data(60_000) },
      ],
      1009,
    ],
    ['too much text', [{ opcode: 1, payload: data(9000) }], 1009],
  ])('refuses a frame that is %s, once, and hears nothing after it', (_, frames, code) => {
    const bytes = Buffer.concat([...frames.map(encode), encode({ opcode: 1, payload: data(1) })]);
    expect(read(bytes)).toEqual([['invalid', code]]);
  });

  it('never throws and never tells more than was sent, whatever bytes come', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 500 }), pieces, (bytes, cut) => {
        const told = read(bytes, cut);
        expect(told).toEqual(read(bytes));
        expect(told.length).toBeLessThanOrEqual(bytes.byteLength / 6 + 1);
      }),
      { numRuns: 500 },
    );
  });
});
