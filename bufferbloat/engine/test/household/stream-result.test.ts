import type { SegmentStream, TrafficStream } from '@rowhouse/bufferbloat-protocol';
import { describe, expect, it } from 'vitest';
import type { Leg, UserRecording } from '../../src/household/recording.ts';
import { seenStreams } from '../../src/household/seen.ts';
import { judgedUnits, streamResult } from '../../src/household/stream-result.ts';
import { segmentBytes } from '../../src/traffic/index.ts';
import { profileOf } from './profiles.ts';
import { household } from './recordings.ts';
import { AUDIO, legOf, START_MS, TICKS, unitsOn, VIDEO } from './streams.ts';

const FILM: SegmentStream = {
  kind: 'segments',
  flow: 'download',
  mbps: 25,
  onMs: 1000,
  offMs: 4000,
  qualities: [1, 0.5],
};
const BULK: TrafficStream = { kind: 'bulk', flow: 'download', mbps: 50, adaptiveToMbps: 1000 };

function resultOf(stream: TrafficStream, legs: readonly Leg[], different: Partial<UserRecording> = {}) {
  const [any] = household({ durationMs: 1000 }).users;
  if (any === undefined) throw new Error('no user');
  const user = {
    ...any,
    baseOneWayMs: 0,
    profile: profileOf('live', [stream], { variants: { '200': 200 } }),
    legs,
    ...different,
  };
  const [seen] = seenStreams(user);
  return streamResult(user, 0, stream, seen && { stream: seen, units: judgedUnits(seen, user.baseOneWayMs) });
}

const received = (...bytes: number[]): Leg['received'] => ({
  download: bytes.map((each, index) => ({ atMs: START_MS + (index + 1) * 1000, bytes: [[0, each]] })),
  upload: [],
});

describe('a stream of messages', () => {
  it('is counted over the grid', () => {
    const units = unitsOn(TICKS, 10, (n) => (n % 10 === 0 ? undefined : n % 10 === 1 ? 40 : 0));
    expect(resultOf(TICKS, [legOf(10, { units })])).toMatchObject({
      wantedMbps: 1,
      // 90 messages of 500 bytes a second.
      deliveredMbps: 0.36,
      messages: { due: 1000, dropped: 100, arrived: 900, late: 100 },
      latenessMs: { count: 900, lost: 100, p50: 0, max: 40 },
    });
  });

  it('is late by its kind: ticks by their profile, pictures after 150 ms, sound after its play-out', () => {
    const late = (stream: TrafficStream & typeof TICKS, lateness: (n: number) => number) =>
      resultOf(stream, [legOf(5, { units: unitsOn(stream, 5, lateness) })]).messages?.late;
    expect(late(TICKS, (n) => (n === 0 ? 31.25 : n === 1 ? 31.26 : 0))).toBe(1);
    const pictures = unitsOn(VIDEO, 5, (n) => (n === 0 ? 150 : n === 1 ? 150.1 : 0));
    expect(resultOf(VIDEO, [legOf(5, { units: pictures })]).messages?.late).toBe(1);
    const sound = unitsOn(AUDIO, 5, (n) => (n === 7 ? 300 : n === 8 ? undefined : 60));
    expect(resultOf(AUDIO, [legOf(5, { units: sound })]).messages).toMatchObject({ late: 1, dropped: 1 });
  });

  it('has the jitter of RFC 3550', () => {
    // Two differences of 16 ms: 1, then 1 + 15/16; their mean.
    const units = unitsOn(TICKS, 0.03, (n) => (n === 1 ? 16 : 0));
    expect(resultOf(TICKS, [legOf(0.03, { units })]).jitterMs).toBeCloseTo((1 + 1 + 15 / 16) / 2, 3);
    // What never came is stepped over; one message alone has none.
    const hole = unitsOn(TICKS, 0.04, (n) => (n === 1 ? undefined : 5));
    expect(resultOf(TICKS, [legOf(0.04, { units: hole })]).jitterMs).toBe(0);
    expect(resultOf(TICKS, [legOf(1, { units: hole.slice(0, 1) })]).jitterMs).toBeNull();
  });

  it('is unknown without a connection, though what it wanted is known', () => {
    expect(resultOf(TICKS, [])).toMatchObject({
      wantedMbps: 1,
      deliveredMbps: null,
      messages: { due: 0 },
      latenessMs: { count: 0, p50: null },
      jitterMs: null,
    });
  });
});

describe('a film', () => {
  it('wants its full quality, the last segment as far as it could have come', () => {
    const full = segmentBytes(FILM, 0);
    const legs = [
      legOf(10.5, {
        received: received(full, full, full, full, full, full * 1.5, ...Array(4).fill(full * 2), full * 2),
      }),
    ];
    const found = resultOf(FILM, legs, { baseOneWayMs: 0 });
    expect(found).toMatchObject({ messages: null, latenessMs: null, jitterMs: null });
    expect(found.wantedMbps).toBeCloseTo((2.5 * 25) / 10.5, 3);
    expect(found.deliveredMbps).toBeCloseTo((2 * 25) / 10.5, 3);
  });

  it('wants its mean where there was no connection', () => {
    expect(resultOf(FILM, [])).toMatchObject({ wantedMbps: 5, deliveredMbps: null });
  });
});

describe('bulk', () => {
  it('wants what it begins with, whatever it grows to', () => {
    const legs = [legOf(2, { received: received(12_500_000, 25_000_000) })];
    expect(resultOf(BULK, legs)).toMatchObject({ wantedMbps: 50, deliveredMbps: 100 });
    expect(resultOf(BULK, legs, { variant: '200' })).toMatchObject({ wantedMbps: 200, deliveredMbps: 100 });
    expect(resultOf(BULK, legs, { variant: 'none such' })).toMatchObject({ wantedMbps: 50 });
  });

  it('has no time to come before one way has passed', () => {
    // Everything comes 500 ms after it left: of two seconds it has one and a half.
    const counts = [0, 1, 2, 3].map((half) => ({
      atMs: START_MS + (half + 1) * 500,
      bytes: [[0, half * 312_500] as const],
    }));
    const legs = [legOf(2, { received: { download: counts, upload: [] } })];
    expect(resultOf(BULK, legs, { baseOneWayMs: 500 }).deliveredMbps).toBe(5);
    expect(
      resultOf(BULK, [legOf(0.3, { received: { download: counts, upload: [] } })], { baseOneWayMs: 500 }),
    ).toMatchObject({
      deliveredMbps: null,
    });
  });

  it('is counted over its connections, the time between left out', () => {
    const first = legOf(2, { received: received(1_250_000, 2_500_000) });
    const later = {
      ...legOf(1),
      startMs: START_MS + 10_000,
      endMs: START_MS + 11_000,
      received: { download: [{ atMs: START_MS + 11_000, bytes: [[0, 1_250_000] as const] }], upload: [] },
    };
    expect(resultOf(BULK, [first, later]).deliveredMbps).toBe(10);
  });
});
