import { describe, expect, it } from 'vitest';
import { reassemble, type Segment, type Stretch } from '../src/byte-stream.ts';
import { randomSource } from './fixtures/random.ts';

const segment = (atMs: number, sequence: number, text: string): Segment => ({
  atMs,
  sequence,
  bytes: Buffer.from(text),
});
const told = (stretches: readonly Stretch[]) =>
  stretches.map(({ atMs, bytes }) => [atMs, Buffer.from(bytes).toString()]);

describe('a byte stream', () => {
  it('is readable as it arrives', () => {
    expect(told(reassemble([segment(1, 100, 'ab'), segment(2, 102, 'cd')], 100))).toEqual([
      [1, 'ab'],
      [2, 'cd'],
    ]);
  });

  it('waits for what was lost, and then all of it is there', () => {
    const segments = [segment(1, 100, 'ab'), segment(3, 104, 'ef'), segment(4, 106, 'gh'), segment(9, 102, 'cd')];
    expect(told(reassemble(segments, 100))).toEqual([
      [1, 'ab'],
      [9, 'cd'],
      [9, 'ef'],
      [9, 'gh'],
    ]);
  });

  it('takes each byte once, when it came first', () => {
    const segments = [segment(1, 100, 'abcd'), segment(2, 100, 'abcd'), segment(3, 102, 'cdef'), segment(4, 101, 'b')];
    expect(told(reassemble(segments, 100))).toEqual([
      [1, 'abcd'],
      [3, 'ef'],
    ]);
  });

  it('ends where something never came', () => {
    expect(told(reassemble([segment(1, 100, 'ab'), segment(2, 103, 'd')], 100))).toEqual([[1, 'ab']]);
  });

  it('survives the wrap of the numbers', () => {
    const first = 2 ** 32 - 2;
    expect(told(reassemble([segment(2, 1, 'd'), segment(1, first, 'abc')], first))).toEqual([
      [1, 'abc'],
      [2, 'd'],
    ]);
  });

  it('agrees with a receiver that keeps a time for every byte, whatever the network does', () => {
    for (let seed = 1; seed <= 200; seed += 1) {
      const random = randomSource(seed);
      const upTo = (limit: number) => Math.floor(random() * limit);
      const first = random() < 0.5 ? 2 ** 32 - upTo(400) - 1 : upTo(2 ** 32);
      const text = Uint8Array.from({ length: 400 }, () => upTo(256));
      const segments: Segment[] = [];
      const cameAt = Array.from({ length: text.length }, () => Number.POSITIVE_INFINITY);
      for (let atMs = 1; cameAt.includes(Number.POSITIVE_INFINITY); atMs += 1) {
        const from = upTo(text.length);
        const to = Math.min(text.length, from + 1 + upTo(60));
        segments.push({ atMs, sequence: (first + from) >>> 0, bytes: text.subarray(from, to) });
        for (let at = from; at < to; at += 1) cameAt[at] = Math.min(cameAt[at] ?? 0, atMs);
      }
      let readableMs = 0;
      const expected = cameAt.map((atMs) => (readableMs = Math.max(readableMs, atMs)));
      const stretches = reassemble(
        segments.toSorted(() => random() - 0.5),
        first,
      );
      expect(Buffer.concat(stretches.map(({ bytes }) => bytes))).toEqual(Buffer.from(text));
      expect(stretches.flatMap(({ bytes, atMs }) => Array.from(bytes, () => atMs))).toEqual(expected);
    }
  });
});
