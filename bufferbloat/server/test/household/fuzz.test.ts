import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { sessionMessageSchema } from '@rowhouse/bufferbloat-protocol';
import { ENDINGS } from '../../src/household/ending.ts';
import { FROM_MS, open } from './by-the-clock.ts';
import { messageOf } from './client.ts';

/** A client's frame with a mask of zeros. */
function frame(opcode: number, payload: Uint8Array): Buffer {
  const head = Buffer.from([0x80 | opcode, 0xff, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
  head.writeBigUInt64BE(BigInt(payload.byteLength), 2);
  return Buffer.concat([head, payload]);
}

const number = fc.oneof(
  fc.constantFrom(0, 1, 255, 2 ** 31, 2 ** 32 - 1),
  fc.nat(300),
  fc.integer({ min: 0, max: 2 ** 32 - 1 }),
);
const time = fc.oneof(
  fc.constantFrom(0, -1, Number.NaN, Number.POSITIVE_INFINITY, 1e300, FROM_MS, FROM_MS + 100),
  fc.double(),
);
const header = fc.record({
  stream: fc.oneof(fc.constantFrom(0, 1, 2, 3, 255), fc.nat(255)),
  keyFrame: fc.boolean(),
  quality: fc.nat(255),
  sequence: number,
  unit: number,
  unitBytes: number,
  dueMs: time,
  sentAfterMs: time,
  ackBytes: number,
});
const request = fc.oneof(
  fc.record({
    type: fc.constantFrom('start', 'stop', 'quality', 'hello', '__proto__'),
    baseOneWayMs: fc.oneof(fc.constantFrom(0, -1, 1e9), fc.double(), fc.string()),
    variant: fc.option(fc.constantFrom('200', '__proto__', 'toString', ''), { nil: undefined }),
    adaptive: fc.oneof(fc.boolean(), fc.constant(1)),
    quality: fc.oneof(fc.nat(20), fc.double(), fc.string()),
  }),
  fc.jsonValue(),
);
const input = fc.oneof(
  { weight: 3, arbitrary: fc.tuple(header, fc.nat(3000)).map(([each, bytes]) => frame(2, messageOf(each, bytes))) },
  { weight: 3, arbitrary: request.map((each) => frame(1, Buffer.from(JSON.stringify(each)))) },
  { weight: 1, arbitrary: fc.string().map((text) => frame(1, Buffer.from(text))) },
  {
    weight: 1,
    arbitrary: fc.tuple(fc.nat(15), fc.uint8Array({ maxLength: 200 })).map(([opcode, bytes]) => frame(opcode, bytes)),
  },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 100 }).map((bytes) => Buffer.from(bytes)) },
);

it('bears with whatever a client sends: it goes on by the protocol or ends for a reason', () => {
  fc.assert(
    fc.property(
      fc.constantFrom('alex', 'sarah', 'jake', 'computer'),
      fc.boolean(),
      fc.array(fc.tuple(input, fc.integer({ min: 1, max: 50 })), { maxLength: 30 }),
      (id, started, inputs) => {
        const { session, start, pass, endings, line, loop } = open(id);
        if (started) start();
        for (const [bytes, ms] of inputs) {
          session.reader.push(bytes, bytes.byteLength);
          pass(ms);
        }
        pass(1100);
        for (const text of line.texts) expect(sessionMessageSchema.safeParse(text).error).toBeUndefined();
        expect(endings.length).toBe(session.ended ? 1 : 0);
        expect(loop.size).toBe(session.ended ? 0 : 1);
        for (const ending of endings) expect(ENDINGS).toHaveProperty([ending]);
      },
    ),
    { numRuns: 300 },
  );
});
