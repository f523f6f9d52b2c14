import { describe, expect, it } from 'vitest';
import { bytesAt, meanMbps, throughput } from '../src/goodput.ts';
import { randomFrom } from './random.ts';

const AT = 1_700_000_000_000;
const WINDOW = { fromMs: AT + 5000, toMs: AT + 15_000 };

/** Cumulative counts every 100 ms of a line of `mbps`, from which `heldBack(t)` bytes are not delivered yet. */
function counts(mbps: number, heldBack: (ms: number) => number, untilMs = 15_000) {
  return Array.from({ length: untilMs / 100 + 1 }, (_, at) => ({
    atMs: AT + at * 100,
    bytes: (mbps / 8) * 1000 * at * 100 - heldBack(at * 100),
  }));
}

describe('bytesAt', () => {
  const line = [
    { atMs: 100, bytes: 0 },
    { atMs: 200, bytes: 50 },
    { atMs: 400, bytes: 60 },
  ];

  it('reads off the straight lines between the counts', () => {
    expect([100, 150, 200, 300, 400].map((atMs) => bytesAt(line, atMs))).toEqual([0, 25, 50, 55, 60]);
  });

  it('extrapolates nothing', () => {
    expect([0, 500].map((atMs) => bytesAt(line, atMs))).toEqual([0, 60]);
    expect(bytesAt([], 5)).toBe(0);
  });

  it('takes the later of two counts of the same moment for what follows', () => {
    const jump = [...line, { atMs: 400, bytes: 90 }, { atMs: 500, bytes: 100 }];
    expect(bytesAt(jump, 450)).toBe(95);
  });
});

describe('meanMbps', () => {
  it('is the rate of a smooth line, wherever the edges fall', () => {
    const smooth = counts(20, () => 0);
    expect(meanMbps(smooth, WINDOW, 0)).toBeCloseTo(20, 9);
    expect(meanMbps(smooth, { fromMs: AT + 5033, toMs: AT + 14_971 }, 500)).toBeCloseTo(20, 9);
  });

  it('is not fooled by a stall across an edge', () => {
    // Everything behind a lost segment waits for the last second of the window: 10 % at the edges.
    const stalled = counts(20, (ms) => (ms > 14_000 ? ((ms - 14_000) / 1000) * 2_500_000 : 0));
    expect(meanMbps(stalled, WINDOW, 0)).toBeCloseTo(18, 1);
    expect(meanMbps(stalled, WINDOW, 2000)).toBeCloseTo(20, 9);
    const released = counts(20, (ms) => (ms > 4500 && ms < 5500 ? (ms - 4500) * 2500 : 0));
    expect(meanMbps(released, WINDOW, 0)).toBeGreaterThan(20.5);
    expect(meanMbps(released, WINDOW, 2000)).toBeCloseTo(20, 9);
  });

  it('is within 1 % on a line where six connections stall in turn for up to a second', () => {
    const random = randomFrom(7);
    for (let run = 0; run < 200; run += 1) {
      const stalls = Array.from({ length: 30 }, () => ({ fromMs: random() * 15_000, lengthMs: 100 + random() * 900 }));
      const perMs = (5 / 8) * 1000;
      // A stalled connection holds back its sixth of what arrives, and hands all of it over when its stall ends.
      const held = (ms: number): number =>
        stalls.reduce(
          (sum, { fromMs, lengthMs }) =>
            ms > fromMs && ms < fromMs + lengthMs ? sum + ((ms - fromMs) * perMs) / 6 : sum,
          0,
        );
      const mbps = meanMbps(counts(5, held), WINDOW, 2000) ?? 0;
      expect(Math.abs(mbps / 5 - 1), `run ${run}`).toBeLessThan(0.01);
    }
  });

  it('does not move an edge into a ramp before the window nor past the end of the load', () => {
    const ramp = Array.from({ length: 201 }, (_, at) => ({
      atMs: AT + at * 100,
      bytes: at < 50 ? at * 1000 : at <= 150 ? 50_000 + (at - 50) * 250_000 : 25_050_000,
    }));
    expect(meanMbps(ramp, WINDOW, 2000)).toBeCloseTo(20, 9);
  });

  it('makes do with counts that span most of the window, as on a slow line with rare reports', () => {
    const rare = counts(2, () => 0, 13_500).filter((_, at) => at % 15 === 0);
    expect(meanMbps(rare, WINDOW, 500)).toBeCloseTo(2, 9);
  });

  it('is null where the counts do not span the window', () => {
    expect(meanMbps([], WINDOW, 0)).toBeNull();
    expect(
      meanMbps(
        counts(20, () => 0, 9000),
        WINDOW,
        0,
      ),
    ).toBeNull();
    expect(meanMbps(counts(20, () => 0).slice(90), WINDOW, 0)).toBeNull();
    expect(
      meanMbps(
        counts(20, () => 0),
        { fromMs: AT + 5000, toMs: AT + 5000 },
        0,
      ),
    ).toBeNull();
  });
});

describe('throughput', () => {
  it('gives mean, and percentiles over half seconds', () => {
    // 10 Mbit/s, but 30 in the fifth of the time that comes last.
    const stepped = counts(10, (ms) => (ms > 13_000 ? -(ms - 13_000) * 2500 : 0));
    expect(throughput(stepped, WINDOW, 0)).toEqual({ mean: 14, p50: 10, p90: 30 });
  });

  it('makes do with one interval in a window that is shorter than half a second', () => {
    const window = { fromMs: AT + 5000, toMs: AT + 5300 };
    expect(
      throughput(
        counts(8, () => 0),
        window,
        0,
      ),
    ).toEqual({ mean: 8, p50: 8, p90: 8 });
  });

  it('is null without a window or counts', () => {
    const nothing = { mean: null, p50: null, p90: null };
    expect(
      throughput(
        counts(8, () => 0),
        undefined,
        0,
      ),
    ).toEqual(nothing);
    expect(throughput([], WINDOW, 0)).toEqual(nothing);
  });
});
