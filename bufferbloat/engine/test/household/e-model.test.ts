import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BEST_R, mosOf, ratingFactor } from '../../src/household/e-model.ts';

describe('the rating factor of G.107', () => {
  it('is 93.2 with every parameter at its default', () => {
    expect(BEST_R).toBeCloseTo(93.2, 1);
  });

  it.each([
    // Idd at 200, 300 and 400 ms, from (7-27) worked out by hand: X is 1, log2(3) and 2.
    [200, 3.04],
    [300, 14.76],
    [400, 24.07],
  ])('loses to %i ms of pure delay what (7-27) says', (ms, idd) => {
    // What is left after pure delay is echo, which grows slowly and alike on both sides of 100 ms.
    const echoAt100 = BEST_R - ratingFactor(100, 0);
    const lost = BEST_R - ratingFactor(ms, 0);
    expect(lost - idd).toBeGreaterThan(echoAt100);
    expect(lost - idd).toBeLessThan(echoAt100 + 6);
  });

  it.each([20, 50, 100, 150, 177, 200, 250, 300, 350])(
    'agrees at %i ms with the straight lines that Cole and Rosenbluth fitted to it',
    (ms) => {
      const fitted = 0.024 * ms + 0.11 * Math.max(0, ms - 177.3);
      expect(Math.abs(BEST_R - ratingFactor(ms, 0) - fitted)).toBeLessThan(2.1);
    },
  );

  it.each([
    // Ie of G.711 with concealment under random loss in the tables of G.113 Appendix I.
    [0, 0],
    [0.02, 7],
    [0.03, 10],
    [0.05, 15],
  ])('loses to a share of %f lost packets about what G.113 tabulates', (share, ie) => {
    expect(Math.abs(ratingFactor(0, 0) - ratingFactor(0, share) - ie)).toBeLessThan(1);
  });

  it('is never below 0 and falls with delay and with loss', () => {
    const ms = fc.double({ min: 0, max: 2000, noNaN: true });
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(ms, ms, share, share, (delay, more, lost, worse) => {
        const r = ratingFactor(delay, lost);
        expect(r).toBeGreaterThanOrEqual(0);
        // Under 1 ms of echo the model has a seam of less than a twentieth of a point.
        expect(ratingFactor(delay + more, lost)).toBeLessThanOrEqual(r + 0.05);
        expect(ratingFactor(delay, Math.min(1, lost + worse))).toBeLessThanOrEqual(r + 1e-9);
      }),
    );
  });
});

describe('the mean opinion score of G.107 Annex B', () => {
  it.each([
    // Table B.1: the lower limits of the categories of user satisfaction.
    [90, 4.34],
    [80, 4.03],
    [70, 3.6],
    [60, 3.1],
    [50, 2.58],
    [93.2, 4.41],
  ])('of R %f is %f', (r, mos) => {
    expect(Math.abs(mosOf(r) - mos)).toBeLessThan(0.01);
  });

  it('stays from 1 to 4.5', () => {
    expect(mosOf(0)).toBe(1);
    expect(mosOf(-5)).toBe(1);
    expect(mosOf(4)).toBe(1);
    expect(mosOf(100)).toBe(4.5);
    expect(mosOf(120)).toBe(4.5);
  });
});
