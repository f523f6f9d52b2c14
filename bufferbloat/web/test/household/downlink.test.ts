import { streamsOf } from '@rowhouse/bufferbloat-engine';
import { type FrameHeader, HOUSEHOLD_PROFILES } from '@rowhouse/bufferbloat-protocol';
import { describe, expect, it } from 'vitest';
import { Downlink } from '../../src/workers/downlink.ts';

const START_MS = 1_000_000;

function downlinkOf(userId: string) {
  const profile = HOUSEHOLD_PROFILES.find(({ id }) => id === userId)!;
  const qualities: number[] = [];
  const downlink = new Downlink({
    streams: streamsOf(profile.streams, 'download'),
    startMs: START_MS,
    baseOneWayMs: 5,
    onQuality: (quality) => qualities.push(quality),
  });
  const take = (header: Partial<FrameHeader>, bytes: number, atMs: number) =>
    downlink.take({ ...FRAME, ...header }, bytes, START_MS + atMs);
  return { downlink, qualities, take };
}

const FRAME: FrameHeader = {
  stream: 0,
  keyFrame: false,
  quality: 0,
  sequence: 0,
  unit: 0,
  unitBytes: 0,
  dueMs: START_MS,
  sentAfterMs: 0,
  ackBytes: 0,
};

describe('Downlink', () => {
  it('tells what arrived, how late, once', () => {
    const { downlink, take } = downlinkOf('alex');
    take({ sequence: 0 }, 1464, 7);
    take({ sequence: 1, dueMs: START_MS + 7.8125 }, 1465, 12);
    expect(downlink.ackBytes).toBe(2929);
    expect(downlink.tick(START_MS + 100)).toEqual({
      received: [[0, 2929]],
      arrivals: [
        [0, 0, 2, 1464],
        [0, 1, -0.81, 1465],
      ],
      chunks: [],
      stalled: false,
    });
    expect(downlink.tick(START_MS + 200).arrivals).toEqual([]);
  });

  it('plays the film: asks for less when it comes too slowly, and says when it stands still', () => {
    const { downlink, qualities, take } = downlinkOf('jake');
    const segment = { unitBytes: 3_125_000 };
    take({ ...segment, sequence: 0 }, 3_125_000, 900);
    expect([downlink.tick(START_MS + 1000).stalled, qualities]).toEqual([false, []]);
    take({ ...segment, unit: 1, sequence: 1 }, 1_000_000, 6000);
    downlink.tick(START_MS + 9100);
    expect(qualities).toEqual([3]); // 2 Mbit/s carry 5 Mbit in four fifths of a period, not 8.75
    expect(downlink.tick(START_MS + 12_000).stalled).toBe(true);
  });
});
