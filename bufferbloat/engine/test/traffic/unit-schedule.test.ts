import * as fc from 'fast-check';
import type { UnitStream } from '@rowhouse/bufferbloat-protocol';
import { describe, expect, it } from 'vitest';
import { isKeyFrame, isUnitStream, unitBytes, unitDueMs } from '../../src/index.ts';
import { streamsOfUser, unitStreams } from './streams.ts';

const total = (stream: UnitStream, count: number): number => {
  let bytes = 0;
  for (let sequence = 0; sequence < count; sequence += 1) bytes += unitBytes(stream, sequence);
  return bytes;
};

describe('the schedule of units', () => {
  it('delivers the exact rate over a minute, for every stream of the household', () => {
    for (const stream of unitStreams) {
      const wanted = (stream.mbps * 1e6 * 60) / 8;
      expect(Math.abs(total(stream, stream.perS * 60) - wanted)).toBeLessThan(1);
    }
  });

  it('never drifts: any run of units from the first is off the rate by less than a byte', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.1, max: 50, noNaN: true }),
        fc.integer({ min: 1, max: 128 }),
        fc.integer({ min: 1, max: 3000 }),
        (mbps, perS, count) => {
          const stream: UnitStream = { kind: 'ticks', flow: 'download', mbps, perS, lateMs: 30 };
          const meanBytes = (mbps * 1e6) / 8 / perS;
          fc.pre(meanBytes > 32 && meanBytes < 1e6);
          expect(Math.abs(total(stream, count) - count * meanBytes)).toBeLessThan(1.01);
        },
      ),
    );
  });

  it('puts every unit on a grid that is exact after an hour', () => {
    const ticks = unitStreams.find(({ kind }) => kind === 'ticks') as UnitStream;
    expect(unitDueMs(ticks, 128 * 3600)).toBe(3_600_000);
  });

  it('makes the key frames of a video as much larger as the profile says', () => {
    const video = unitStreams.find(({ kind }) => kind === 'video') as UnitStream;
    const keys = Array.from({ length: 180 }, (_, sequence) => sequence).filter((n) => isKeyFrame(video, n));
    expect(keys).toEqual([0, 60, 120]);
    expect(unitBytes(video, 60) / unitBytes(video, 61)).toBeCloseTo(4, 2);
    expect(isKeyFrame(unitStreams.find(({ kind }) => kind === 'audio') as UnitStream, 0)).toBe(false);
  });

  it('keeps every message between a bare header and the largest message', () => {
    expect(unitBytes({ kind: 'audio', flow: 'upload', mbps: 0.001, perS: 100 }, 3)).toBe(32);
    expect(unitBytes({ kind: 'audio', flow: 'upload', mbps: 1000, perS: 1 }, 3)).toBe(2 ** 20);
  });

  it('tells units from what is never late', () => {
    expect(streamsOfUser('sarah').map(isUnitStream)).toEqual([true, true, true, true]);
    expect(streamsOfUser('jake').map(isUnitStream)).toEqual([false, false]);
  });
});
