import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createFairLine } from '../../src/accounts/fair-line.ts';

const SCHOOL = '10.0.0.1';
const at = (address: string, mistakes = 0) => ({ address, mistakes });

describe('a line', () => {
  it('lets addresses take turns, whoever has many in it', () => {
    const line = createFairLine<string>({ perAddress: 10, total: 20 });
    for (const item of ['a1', 'a2', 'a3']) line.enter(at('a'), item);
    line.enter(at('b'), 'b1');
    line.enter(at('c'), 'c1');
    expect(Array.from({ length: 6 }, () => line.next())).toEqual(['a1', 'b1', 'c1', 'a2', 'a3', undefined]);
  });

  it('lets 37 in who have done nothing wrong, though one of their address fills it by guessing', () => {
    const line = createFairLine<string>({ perAddress: 50, total: 100 });
    for (let count = 0; count < 200; count += 1) line.enter(at(SCHOOL, 3), `guess ${count}`);
    const others = Array.from({ length: 37 }, (_, index) => `student ${index}`);
    for (const name of others) expect(line.enter(at(SCHOOL), name)).toMatch(/^guess/);
    expect(line.size).toBe(50);
    expect(others.map(() => line.next())).toEqual(others);
  });

  it('is full for the address that fills it, not for others', () => {
    const line = createFairLine<string>({ perAddress: 50, total: 60 });
    for (let count = 0; count < 50; count += 1) line.enter(at('far'), `far ${count}`);
    expect(line.enter(at('far'), 'one more')).toBe('one more');
    for (let count = 0; count < 30; count += 1)
      expect(line.enter(at(SCHOOL), `student ${count}`) ?? '').not.toMatch(/^student/);
    expect(line.size).toBe(60);
  });

  it('forgets who left', () => {
    const line = createFairLine<string>({ perAddress: 5, total: 5 });
    line.enter(at('a'), 'gone');
    line.enter(at('a'), 'here');
    line.leave(at('a'), 'gone');
    line.leave(at('a'), 'gone');
    expect(line.size).toBe(1);
    expect(line.next()).toBe('here');
  });

  it('never holds more than it may, and loses nothing in silence', () => {
    const step = fc.record({ address: fc.constantFrom('a', 'b', 'c'), mistakes: fc.nat(3), takes: fc.boolean() });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 100 }), (steps) => {
        const line = createFairLine<number>({ perAddress: 4, total: 9 });
        const inside = new Set<number>();
        for (const [number, { takes, ...place }] of steps.entries()) {
          if (!takes) inside.add(number);
          const out = takes ? line.next() : line.enter(place, number);
          if (out !== undefined) expect(inside.delete(out)).toBe(true);
          expect(line.size).toBe(inside.size);
          expect(line.size).toBeLessThanOrEqual(9);
        }
      }),
    );
  });
});
