import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fairness, jain, ratesOf } from '../../src/household/fairness.ts';
import { analyseHousehold } from '../../src/household/analyse.ts';
import { household } from './recordings.ts';

const [STREAM] = analyseHousehold(household({ durationMs: 5000 })).users['alex']?.streams ?? [];

function stream(flow: 'download' | 'upload', wantedMbps: number, deliveredMbps: number | null) {
  if (STREAM === undefined) throw new Error('no stream');
  return { ...STREAM, flow, wantedMbps, deliveredMbps };
}

describe("Jain's index", () => {
  it.each([
    // The examples of Jain, Chiu and Hawe, DEC-TR-301, 1984: all alike, one of ten has all, two of ten.
    [Array<number>(10).fill(2), 1],
    [[20, ...Array<number>(9).fill(0)], 0.1],
    [[10, 10, ...Array<number>(8).fill(0)], 0.2],
  ])('of %j is %f', (shares, index) => {
    expect(jain(shares)).toBeCloseTo(index, 9);
  });

  it('lies between 1/n and 1 and does not depend on the scale', () => {
    const shares = fc.array(fc.double({ min: 0.001, max: 1, noNaN: true }), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(shares, fc.double({ min: 0.01, max: 100, noNaN: true }), (of, scale) => {
        const index = jain(of) ?? 0;
        expect(index).toBeLessThanOrEqual(1 + 1e-9);
        expect(index).toBeGreaterThanOrEqual(1 / of.length - 1e-9);
        expect(jain(of.map((share) => share * scale))).toBeCloseTo(index, 6);
      }),
    );
  });

  it('is nothing where nobody got anything', () => {
    expect(jain([0, 0])).toBeNull();
    expect(jain([])).toBeNull();
  });
});

describe('what a user got', () => {
  it('is the lesser of both directions', () => {
    const rates = ratesOf([stream('download', 2, 2), stream('upload', 2, 1), stream('upload', 2, 2)]);
    expect(rates).toEqual({
      wantedMbps: { download: 2, upload: 4 },
      deliveredMbps: { download: 2, upload: 3 },
      deliveredShare: 0.75,
    });
  });

  it('is all of it from 98 % on, and never more', () => {
    expect(ratesOf([stream('download', 10, 9.8)]).deliveredShare).toBe(1);
    expect(ratesOf([stream('download', 10, 9.79)]).deliveredShare).toBe(0.979);
    expect(ratesOf([stream('download', 10, 30)]).deliveredShare).toBe(1);
  });

  it('is unknown when a direction of which something was wanted is unknown', () => {
    expect(ratesOf([stream('download', 2, 2), stream('upload', 2, null)])).toMatchObject({
      deliveredMbps: { download: 2, upload: null },
      deliveredShare: null,
    });
  });
});

describe('fairness', () => {
  const user = (userId: string, bulk: boolean, wanted: number, delivered: number | null) => ({
    userId,
    bulk,
    ...ratesOf([stream('download', wanted, delivered)]),
  });

  it('leaves bulk out and says who got least', () => {
    expect(fairness([user('a', false, 2, 2), user('b', false, 4, 2), user('c', true, 50, 10)])).toEqual({
      jain: 0.9,
      lowest: { userId: 'b', share: 0.5 },
      takenByBulkMbps: 2,
    });
  });

  it('does not say that bulk took more than it had, or what nobody lacked', () => {
    expect(fairness([user('a', false, 20, 2), user('c', true, 50, 5)]).takenByBulkMbps).toBe(5);
    expect(fairness([user('a', false, 2, 1.97), user('c', true, 50, 5)]).takenByBulkMbps).toBe(0);
    expect(fairness([user('a', false, 20, 2), user('c', true, 50, null)]).takenByBulkMbps).toBe(0);
    expect(fairness([user('a', false, 20, 2)]).takenByBulkMbps).toBeNull();
  });

  it('says nothing when somebody is unknown, and nothing of nobody', () => {
    const unknown = { jain: null, lowest: null, takenByBulkMbps: null };
    expect(fairness([user('a', false, 2, 2), user('b', false, 4, null), user('c', true, 50, 10)])).toEqual(unknown);
    expect(fairness([])).toEqual(unknown);
  });
});
