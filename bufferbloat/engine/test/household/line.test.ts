import type { TrafficStream } from '@rowhouse/bufferbloat-protocol';
import { describe, expect, it } from 'vitest';
import { adaptiveOf } from '../../src/household/adaptive.ts';
import { heldBack } from '../../src/household/held-back.ts';
import { lineOf } from '../../src/household/line.ts';
import { ackBytes, wireFactor } from '../../src/household/wire.ts';
import { BLOATED, type LineModel, PERFECT } from './line-models.ts';
import { household, withUser } from './recordings.ts';
import { AUDIO, TICKS } from './streams.ts';

describe('what messages weigh on the wire', () => {
  it.each<[string, TrafficStream, number]>([
    // 1250 bytes behind 4 of WebSocket: one segment of 66 more.
    ['ticks of one segment', TICKS, (1250 + 4 + 66) / 1250],
    // 1464.8 bytes and 4 are more than the 1448 of a segment.
    ['ticks of two segments', { ...TICKS, mbps: 1.5, perS: 128 }, (1464.84375 + 4 + 132) / 1464.84375],
    ['sound that the browser sends, masked', { ...AUDIO, flow: 'upload' }, (160 + 8 + 66) / 160],
    ['the smallest messages', { ...AUDIO, mbps: 0.04 }, (100 + 2 + 66) / 100],
    // 50 Mbit/s leave in messages of 31,250 bytes, which fill segment after segment.
    ['bulk', { kind: 'bulk', flow: 'download', mbps: 50 }, (31_250 + 4 + (66 * 31_254) / 1448) / 31_250],
    ['fast bulk', { kind: 'bulk', flow: 'download', mbps: 200 }, (125_000 + 10 + (66 * 125_010) / 1448) / 125_000],
    ['thin bulk', { kind: 'bulk', flow: 'upload', mbps: 0.1 }, (2400 + 8 + (66 * 2408) / 1448) / 2400],
  ])('%s', (_, stream, factor) => {
    expect(wireFactor(stream)).toBeCloseTo(factor, 6);
  });

  it('an acknowledgement of every second segment goes the other way, up to what a network card lets through', () => {
    const bulk: TrafficStream = { kind: 'bulk', flow: 'download', mbps: 50 };
    expect(ackBytes(bulk, 1_448_000, 1000)).toBeCloseTo((66 * 1000) / 2, -2);
    expect(ackBytes(bulk, 100e6, 1000)).toBe(66 * 4000);
    // One segment by itself is acknowledged by what goes the other way anyway.
    expect(ackBytes(AUDIO, 8000, 1000)).toBe(0);
  });
});

describe('the line', () => {
  /** What all others want together, and what of it is headers: worked out by hand for the profiles of the documents. */
  const goodputDown = (bulk: number): number => 1.5 + 2.5 + bulk;

  it('is what all users got together while bulk was held back', () => {
    const line = lineOf(household({ line: BLOATED }));
    expect(line.filled).toEqual({ download: true, upload: true });
    expect(line.goodputMbps.download ?? 0).toBeGreaterThan(goodputDown(36) * 0.97);
    expect(line.goodputMbps.download ?? 0).toBeLessThan(goodputDown(36) + 6);
    expect((line.rateMbps.download ?? 0) / (line.goodputMbps.download ?? 1)).toBeGreaterThan(1.05);
    expect((line.rateMbps.download ?? 0) / (line.goodputMbps.download ?? 1)).toBeLessThan(1.08);
  });

  it('carries at least what it carried where it was never full', () => {
    const line = lineOf(household({ line: PERFECT, adaptive: false }));
    expect(line.filled).toEqual({ download: false, upload: false });
    expect(line.goodputMbps.download ?? 0).toBeGreaterThan(54);
    expect(line.goodputMbps.upload).toBeCloseTo(0.75 + 2.5 + 0.1 + 2, 0);
  });

  it('is unknown without traffic, and where nothing was counted', () => {
    const nothing = { filled: { download: false, upload: false } };
    const unknown = {
      ...nothing,
      goodputMbps: { download: null, upload: null },
      rateMbps: { download: null, upload: null },
    };
    const recording = household({ durationMs: 5000 });
    expect(lineOf({ ...recording, traffic: undefined })).toEqual(unknown);
    expect(lineOf({ ...recording, users: recording.users.map((user) => ({ ...user, legs: [] })) })).toEqual(unknown);
  });

  it.each([10, 100, 800])('of %i Mbit/s is found within 5 %', (linkMbps) => {
    // Bulk gets what the frames of everybody else leave of the link.
    const free =
      lineOf(household({ line: { ...PERFECT, bulkMbps: { download: 1, upload: 100 } } })).rateMbps.download ?? 0;
    const others = free - 1 * 1.0456;
    const left = (linkMbps - others) / 1.0456;
    const line: LineModel = { ...PERFECT, bulkMbps: { download: left, upload: 100 } };
    const found = lineOf(household({ line }));
    expect(found.filled.download).toBe(true);
    expect(Math.abs((found.rateMbps.download ?? 0) / linkMbps - 1)).toBeLessThan(0.05);
  });
});

describe('bulk is held back', () => {
  const computer = (recording = household({ line: BLOATED })) => {
    const user = recording.users.find(({ profile }) => profile.id === 'computer');
    if (user === undefined) throw new Error('no computer');
    return user;
  };
  const startMs = computer().legs[0]?.startMs ?? 0;
  const relative = (of: readonly { fromMs: number; toMs: number }[]) =>
    of.map(({ fromMs, toMs }) => [fromMs - startMs, toMs - startMs]);

  it('in the rounds of which not all arrived, but not while the connection begins', () => {
    expect(relative(heldBack(computer(), 'download'))).toEqual([[2000, 60_000]]);
    const perfect = household({ line: PERFECT });
    expect(heldBack(computer(perfect), 'download')).toEqual([]);
  });

  it('across a round that got all between two that did not', () => {
    const user = computer();
    const adaptive = user.adaptive.map((step, index) => ({
      ...step,
      arrivedMbps: index === 30 || index >= 50 ? step.offeredMbps : step.arrivedMbps,
    }));
    expect(relative(heldBack({ ...user, adaptive }, 'download'))).toEqual([[2000, 50_000]]);
  });

  it('by the seconds of an upload, of which no rounds are told', () => {
    expect(relative(heldBack(computer(), 'upload'))).toEqual([[2000, 60_000]]);
    expect(heldBack(computer(household({ line: PERFECT })), 'upload')).toEqual([]);
    expect(heldBack({ ...computer(), legs: [] }, 'upload')).toEqual([]);
  });

  it('not in a hiccup that makes no full line', () => {
    const hiccup = withUser(household({ line: PERFECT }), 'computer', (user) => ({
      ...user,
      adaptive: user.adaptive.map((step, index) => ({
        ...step,
        arrivedMbps: index < 20 || index > 24 ? step.offeredMbps : 1,
      })),
    }));
    expect(heldBack(computer(hiccup), 'download')).toHaveLength(1);
    expect(lineOf(hiccup).filled.download).toBe(false);
  });
});

describe('adaptive bulk', () => {
  it('tells its rounds and how it ended', () => {
    const full = adaptiveOf(household({ line: BLOATED }));
    expect(full).toMatchObject({ enabled: true, end: 'line-full' });
    expect(full.steps).toHaveLength(60);
    expect(full.steps[0]).toEqual({ userId: 'computer', atMs: 6200, offeredMbps: 50, arrivedMbps: 36 });
    expect(adaptiveOf(household({ line: PERFECT }))).toMatchObject({ end: 'limit' });
    expect(adaptiveOf(household({ line: PERFECT, durationMs: 4000 }))).toMatchObject({ end: 'not-reached' });
    expect(adaptiveOf(household({ line: PERFECT, adaptive: false }))).toEqual({
      enabled: false,
      end: 'off',
      steps: [],
    });
  });
});
