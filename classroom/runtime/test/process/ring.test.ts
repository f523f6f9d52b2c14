import type { OutputKind } from '@rowhouse/classroom-protocol';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRing } from '../../src/process/ring.ts';

/** Everything ever appended, and nothing clever. */
interface Written {
  readonly kind: OutputKind;
  readonly start: number;
  readonly bytes: Buffer;
}

const kinds: readonly OutputKind[] = ['stdout', 'stderr', 'prompt', 'input', 'figure', 'notice'];
const text = fc.string({ unit: fc.constantFrom('a', 'b', '\n', 'é', '€', '𝄞'), maxLength: 40 });
const appended = fc.array(fc.tuple(fc.constantFrom(...kinds), text), { maxLength: 60 });

function fill(limitBytes: number, pieces: readonly (readonly [OutputKind, string])[], mostExtents?: number) {
  const ring = createRing(limitBytes, mostExtents);
  const written: Written[] = [];
  let start = 0;
  for (const [kind, string] of pieces) {
    const bytes = Buffer.from(string);
    ring.append(kind, bytes);
    if (bytes.length > 0) written.push({ kind, start, bytes });
    start += bytes.length;
  }
  const all = Buffer.concat(written.map((piece) => piece.bytes));
  const kindAt = (offset: number) => written.findLast((piece) => piece.start <= offset)?.kind;
  return { ring, written, all, kindAt };
}

describe('the ring', () => {
  it('gives back from any offset what was appended, cut at characters, of one kind, up to its end', () => {
    fc.assert(
      fc.property(
        appended,
        fc.integer({ min: 160, max: 600 }),
        fc.integer({ min: 1, max: 64 }),
        fc.nat(),
        (pieces, limit, most, seed) => {
          const { ring, written, all, kindAt } = fill(limit, pieces);
          expect(ring.next).toBe(all.length);
          expect(ring.next - ring.first).toBeLessThanOrEqual(limit);
          expect(ring.capacityBytes).toBeLessThanOrEqual(limit);
          let offset = ring.first + (ring.next > ring.first ? seed % (ring.next - ring.first) : 0);
          const asked = offset;
          for (let piece = ring.read(offset, most); piece !== undefined; piece = ring.read(offset, most)) {
            if (offset === asked) {
              expect(piece.offset).toBeLessThanOrEqual(offset);
              expect(piece.offset).toBeGreaterThanOrEqual(ring.first);
              if (piece.kind !== 'figure') expect(offset - piece.offset).toBeLessThan(4);
            } else expect(piece.offset).toBe(offset);
            expect(piece.next - piece.offset).toBe(piece.bytes.length);
            expect(piece.bytes.equals(all.subarray(piece.offset, piece.next))).toBe(true);
            if (piece.kind === 'figure') {
              expect(written.find((one) => one.start === piece.offset)?.bytes.length).toBe(piece.bytes.length);
            } else {
              expect(piece.bytes.length).toBeLessThanOrEqual(Math.max(4, most) + 3);
              expect(Buffer.from(piece.bytes.toString()).equals(piece.bytes)).toBe(true);
            }
            for (let at = piece.offset; at < piece.next; at += 1) expect(kindAt(at)).toBe(piece.kind);
            expect(piece.next).toBeGreaterThan(offset);
            offset = piece.next;
          }
          expect(offset).toBe(ring.next);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('drops no more than it must: the oldest, to the next character or picture', () => {
    fc.assert(
      fc.property(appended, fc.integer({ min: 160, max: 600 }), (pieces, limit) => {
        const { ring, written, all } = fill(limit, pieces);
        const must = Math.max(0, all.length - limit);
        expect(ring.first).toBeGreaterThanOrEqual(must);
        const holding = written.find((piece) => piece.start < must && must < piece.start + piece.bytes.length);
        // An earlier append may have dropped a picture for less, and a character is dropped whole.
        const most = holding?.kind === 'figure' ? holding.start + holding.bytes.length : must + 3;
        const figures = written.filter((piece) => piece.kind === 'figure');
        if (figures.length === 0) expect(ring.first).toBeLessThanOrEqual(most);
        if (must === 0) expect(ring.first).toBe(0);
      }),
    );
  });

  it('is bounded in pieces too, when kinds take turns', () => {
    const pieces = Array.from({ length: 100 }, (_, n) => [n % 2 === 0 ? 'stdout' : 'stderr', 'x'] as const);
    const { ring } = fill(1000, pieces, 10);
    expect(ring.next).toBe(100);
    expect(ring.first).toBe(90);
  });

  it('forgets all that was before something that is larger than itself', () => {
    const ring = createRing(10);
    ring.append('stdout', Buffer.from('abc'));
    ring.append('figure', Buffer.alloc(11));
    expect([ring.first, ring.next]).toEqual([14, 14]);
    ring.append('stdout', Buffer.from('z'));
    expect(ring.read(14, 10)?.bytes.toString()).toBe('z');
  });

  it('takes little memory for little output', () => {
    const ring = createRing(1024 * 1024);
    ring.append('stdout', Buffer.from('hello\n'));
    expect(ring.capacityBytes).toBeLessThanOrEqual(1024);
  });
});
