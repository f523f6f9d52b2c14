import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  contentHead,
  createFrameDecoder,
  type Frame,
  type FrameDecoder,
  jsonFrame,
  MOST_FRAME_BYTES,
} from '../../src/room/frames.ts';
import { parseHostMessage } from '../../src/room/wire.ts';
import { WireError } from '../../src/room/wire-error.ts';

const json = fc.record({ t: fc.string(), n: fc.integer() }).map((message) => ({
  bytes: jsonFrame(message) ?? Buffer.alloc(0),
  expected: { form: 'json' as const, content: JSON.stringify(message) },
}));
const content = fc
  .tuple(fc.nat(0xff_ff_ff_ff), fc.nat(255), fc.uint8Array({ maxLength: 300 }))
  .map(([channel, kind, bytes]) => ({
    bytes: Buffer.concat([contentHead(channel, kind, bytes.length), bytes]),
    expected: { form: 'bytes' as const, channel, kind, content: Buffer.from(bytes).toString('latin1') },
  }));

function cut(bytes: Buffer, lengths: readonly number[]): Buffer[] {
  const pieces: Buffer[] = [];
  let at = 0;
  for (let n = 0; at < bytes.length; n += 1) {
    const length = lengths.length === 0 ? bytes.length : (lengths[n % lengths.length] ?? 1);
    pieces.push(bytes.subarray(at, at + length));
    at += length;
  }
  return pieces;
}

function all(decoder: FrameDecoder, chunk: Buffer): Frame[] {
  const frames: Frame[] = [];
  decoder.push(chunk);
  for (let frame = decoder.next(); frame !== undefined; frame = decoder.next()) frames.push(frame);
  return frames;
}

const plain = (frame: Frame) =>
  frame.form === 'json'
    ? { form: frame.form, content: frame.content.toString() }
    : { ...frame, content: frame.content.toString('latin1') };

describe('frames', () => {
  it('come out as they went in, however the bytes are cut', () => {
    const lengths = fc.array(fc.integer({ min: 1, max: 50 }), { maxLength: 5 });
    fc.assert(
      fc.property(fc.array(fc.oneof(json, content), { maxLength: 12 }), lengths, (sent, pieces) => {
        const decoder = createFrameDecoder();
        const got: unknown[] = [];
        for (const piece of cut(Buffer.concat(sent.map((frame) => frame.bytes)), pieces)) {
          got.push(...all(decoder, piece).map(plain));
        }
        expect(got).toEqual(sent.map((frame) => frame.expected));
      }),
      { numRuns: 300 },
    );
  });

  it('are not copied when they come whole', () => {
    const chunk = Buffer.concat([contentHead(1, 1, 3), Buffer.from('abc'), contentHead(1, 1, 1), Buffer.from('d')]);
    const got = all(createFrameDecoder(), chunk);
    expect(got.every((frame) => frame.content.buffer === chunk.buffer)).toBe(true);
  });

  it('answer any bytes with frames or a WireError, whatever comes', () => {
    const start = fc.constantFrom(0, 1, 2, 5, 6, 7, 10, MOST_FRAME_BYTES, MOST_FRAME_BYTES + 1, 0xff_ff_ff_ff);
    const framed = fc
      .tuple(start, fc.constantFrom(0x4a, 0x42, 0x00), fc.uint8Array({ maxLength: 20 }))
      .map(([length, form, rest]) => {
        const head = Buffer.alloc(5);
        head.writeUInt32BE(length, 0);
        head.writeUInt8(form, 4);
        return Buffer.concat([head, rest]);
      });
    const chunk = fc.oneof(
      framed,
      fc.uint8Array({ maxLength: 64 }).map((bytes) => Buffer.from(bytes)),
    );
    fc.assert(
      fc.property(fc.array(chunk, { maxLength: 20 }), (chunks) => {
        const decoder = createFrameDecoder();
        try {
          for (const one of chunks) {
            for (const frame of all(decoder, one)) if (frame.form === 'json') parseHostMessage(frame.content);
          }
        } catch (error) {
          expect(error).toBeInstanceOf(WireError);
        }
      }),
      { numRuns: 3000 },
    );
  });

  it('that are too long to send are not made', () => {
    expect(jsonFrame({ t: 'x'.repeat(MOST_FRAME_BYTES) })).toBeUndefined();
  });
});

describe("the host's messages", () => {
  const parse = (message: unknown) => parseHostMessage(Buffer.from(JSON.stringify(message)));

  it('are taken as documented', () => {
    expect(parse({ t: 'spare', spare: 3, pid: 17 })).toEqual({ t: 'spare', spare: 3, pid: 17 });
    const exit = { t: 'exit', process: 1, code: null, uncaught: null, cpuMs: 1.5, peakBytes: null };
    expect(parse({ ...exit, signal: 9 })).toMatchObject({ signal: 'SIGKILL' });
    expect(parse({ ...exit, signal: 'SIGSEGV' })).toMatchObject({ signal: 'SIGSEGV' });
  });

  it('are refused with anything missing, wrong or added', () => {
    const wrong = [
      null,
      [],
      'ready',
      {},
      { t: 'nonsense' },
      { t: 'spare', spare: -1, pid: 17 },
      { t: 'spare', spare: 1, pid: 1 },
      { t: 'spare', spare: 1, pid: 17, more: true },
      { t: 'spare', spare: 1.5, pid: 17 },
      { t: 'state', process: 1, state: 'ended' },
      { t: 'notice', process: 1, notice: 'anything' },
      { t: 'input-taken', process: 1, id: 'x'.repeat(65) },
      { t: 'ready', version: 2, python: '3', token: '' },
      { t: 'exit', process: 1, code: 0, signal: 'rm -rf', uncaught: null, cpuMs: 0, peakBytes: 0 },
      { t: 'file-done', id: 1, ok: false, code: 'whatever', message: '' },
    ];
    for (const message of wrong) expect(() => parse(message), JSON.stringify(message)).toThrow(WireError);
  });

  it('are refused when they are not UTF-8', () => {
    expect(() => parseHostMessage(Buffer.from([0x22, 0xff, 0x22]))).toThrow(WireError);
  });

  it('answer any JSON with a message or a WireError', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 4 }), (text) => {
        try {
          parseHostMessage(Buffer.from(text));
        } catch (error) {
          expect(error).toBeInstanceOf(WireError);
        }
      }),
    );
  });
});
