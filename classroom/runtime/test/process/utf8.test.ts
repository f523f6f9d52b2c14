import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createUtf8Cleaner } from '../../src/process/utf8.ts';

const awkward = fc.constantFrom(
  0x00,
  0x41,
  0x80,
  0xbf,
  0xc0,
  0xc3,
  0xa9,
  0xe0,
  0xe2,
  0x82,
  0xac,
  0xed,
  0xa0,
  0xf0,
  0x9d,
  0x84,
  0x9e,
  0xf4,
  0xf5,
  0xff,
);

describe('cleaning of UTF-8', () => {
  it('gives the same for any bytes in any pieces as for all at once, in whole characters', () => {
    const bytes = fc.uint8Array({ maxLength: 30 });
    const nasty = fc.array(awkward, { maxLength: 40 }).map((values) => Uint8Array.from(values));
    fc.assert(
      fc.property(fc.array(fc.oneof(bytes, nasty), { maxLength: 8 }), (pieces) => {
        const cleaner = createUtf8Cleaner();
        const cleaned = pieces.map((piece) => cleaner.push(Buffer.from(piece)));
        for (const piece of cleaned) expect(Buffer.from(piece.toString()).equals(piece)).toBe(true);
        const all = Buffer.concat([...cleaned, cleaner.end()]);
        expect(all.toString()).toBe(Buffer.concat(pieces).toString());
      }),
      { numRuns: 2000 },
    );
  });

  it('holds back no character that is complete', () => {
    const cleaner = createUtf8Cleaner();
    expect(cleaner.push(Buffer.from('a€')).toString()).toBe('a€');
    expect(cleaner.push(Buffer.from([0xe2, 0x82])).length).toBe(0);
    expect(cleaner.push(Buffer.from([0xac])).toString()).toBe('€');
    expect(cleaner.push(Buffer.from([0xf0, 0x9d])).length).toBe(0);
    expect(cleaner.end().toString()).toBe('\uFFFD');
  });
});
