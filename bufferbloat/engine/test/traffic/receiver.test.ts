import { ACK_STREAM, type FrameHeader } from '@rowhouse/bufferbloat-protocol';
import { describe, expect, it } from 'vitest';
import { StreamReceiver, streamsOf } from '../../src/index.ts';
import { START_MS, streamsOfUser } from './streams.ts';

const header = (with_: Partial<FrameHeader>): FrameHeader => ({
  stream: 0,
  keyFrame: false,
  quality: 0,
  sequence: 0,
  unit: 0,
  unitBytes: 0,
  dueMs: START_MS,
  sentAfterMs: 0,
  ackBytes: 0,
  ...with_,
});

const receiverOf = (id: string, flow: 'download' | 'upload', baseOneWayMs = 10) =>
  new StreamReceiver(streamsOf(streamsOfUser(id), flow), baseOneWayMs);

describe('StreamReceiver', () => {
  it('dates units by the quiet line and hands each out once', () => {
    const receiver = receiverOf('alex', 'upload');
    expect(receiver.note(header({ stream: 1 }), 1464, START_MS + 12.3456)).toBe(true);
    expect(receiver.note(header({ stream: 1, sequence: 2 }), 1465, START_MS + 9)).toBe(true);
    expect(receiver.takeArrivals()).toEqual([
      [1, 0, 2.35, 1464],
      [1, 2, -1, 1465],
    ]);
    expect(receiver.takeArrivals()).toEqual([]);
    expect(receiver.receivedBytes()).toEqual([[1, 2929]]);
  });

  it('hands out the parts of segments', () => {
    const receiver = receiverOf('jake', 'download');
    expect(receiver.note(header({ unit: 3, unitBytes: 500, quality: 2 }), 100, START_MS + 1)).toBe(true);
    expect(receiver.takeChunks()).toEqual([
      { stream: 0, unit: 3, unitBytes: 500, quality: 2, bytes: 100, arrivalMs: START_MS + 1 },
    ]);
    expect(receiver.takeChunks()).toEqual([]);
  });

  it('refuses a foreign stream, what was there before, and times that cannot be', () => {
    const receiver = receiverOf('alex', 'upload');
    expect(receiver.note(header({ stream: 0 }), 100, START_MS)).toBe(false);
    expect(receiver.note(header({ stream: 1, dueMs: START_MS - 1e6 }), 100, START_MS)).toBe(false);
    expect(receiver.note(header({ stream: 1, sequence: 5 }), 100, START_MS)).toBe(true);
    expect(receiver.note(header({ stream: 1, sequence: 5 }), 100, START_MS)).toBe(false);
    expect(receiver.totalBytes).toBe(100);
    expect(receiver.takeArrivals()).toHaveLength(1);
  });

  it('counts acknowledgements and bulk as bytes, modulo 2^32 in the header', () => {
    const receiver = receiverOf('computer', 'upload');
    expect(receiver.note(header({ stream: ACK_STREAM }), 32, START_MS)).toBe(true);
    for (let sequence = 0; sequence < 5; sequence += 1)
      expect(receiver.note(header({ stream: 1, sequence }), 1e9, START_MS)).toBe(true);
    expect(receiver.totalBytes).toBe(5e9 + 32);
    expect(receiver.ackBytes).toBe((5e9 + 32) % 2 ** 32);
    expect(receiver.takeArrivals()).toEqual([]);
  });
});
