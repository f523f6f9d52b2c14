import { UDP_PROBE_WIRE_BYTES, WEBSOCKET_PROBE_WIRE_BYTES } from '@rowhouse/bufferbloat-protocol';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { IDLE_RATE, NO_PROBES, type ProbeRate, probeRateFor, withoutUdp } from '../src/probe-rate.ts';
import { foundMbps } from '../src/rate-found.ts';

const bitsPerS = (rate: ProbeRate): number =>
  8 * (rate.udpPerS * UDP_PROBE_WIRE_BYTES + rate.websocketPerS * WEBSOCKET_PROBE_WIRE_BYTES);

describe('probeRateFor', () => {
  it.each([
    [500, { udpPerS: 50, websocketPerS: 20 }],
    [10, { udpPerS: 50, websocketPerS: 20 }],
    [5, { udpPerS: 50, websocketPerS: 6 }],
    [2, { udpPerS: 20, websocketPerS: 2 }],
    [1, { udpPerS: 10, websocketPerS: 1 }],
    [0.5, { udpPerS: 5, websocketPerS: 0 }],
    [0, { udpPerS: 1, websocketPerS: 0 }],
  ])('a line of %s Mbit/s', (mbps, expected) => {
    expect(probeRateFor(mbps)).toEqual(expected);
  });

  it('is never above 1 % of the line that can carry one a second, and never above 50', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.1, max: 10_000, noNaN: true }), (mbps) => {
        for (const rate of [probeRateFor(mbps), withoutUdp(probeRateFor(mbps))]) {
          expect(bitsPerS(rate)).toBeLessThanOrEqual(mbps * 1e4);
          expect(Math.max(rate.udpPerS, rate.websocketPerS)).toBeLessThanOrEqual(50);
        }
      }),
    );
  });
});

describe('withoutUdp', () => {
  it('gives the WebSocket what both had', () => {
    expect(withoutUdp({ udpPerS: 10, websocketPerS: 1 })).toEqual({ udpPerS: 0, websocketPerS: 9 });
    expect(withoutUdp({ udpPerS: 50, websocketPerS: 20 })).toEqual({ udpPerS: 0, websocketPerS: 50 });
    expect(withoutUdp(IDLE_RATE)).toEqual({ udpPerS: 0, websocketPerS: 27 });
  });

  it('of none is none', () => {
    expect(withoutUdp(NO_PROBES)).toEqual(NO_PROBES);
  });
});

describe('foundMbps', () => {
  const report = (nowMs: number, mbps: number, direction: 'download' | 'upload' = 'download') => ({
    nowMs,
    mbps,
    direction,
  });

  it('is unknown until there are three reports of that direction', () => {
    expect(foundMbps([], 'download')).toBeUndefined();
    expect(foundMbps([report(0, 9), report(1, 9), report(2, 9, 'upload')], 'download')).toBeUndefined();
    expect(foundMbps([report(0, 9), report(1, 9), report(2, 9)], 'download')).toBe(9);
  });

  it('is the mean of the last 4 s, so that a stall and the burst after it count once', () => {
    const reports = [report(0, 100), report(3000, 10), report(4000, 0), report(5000, 20), report(6900, 10)];
    expect(foundMbps(reports, 'download')).toBe(10);
  });
});
