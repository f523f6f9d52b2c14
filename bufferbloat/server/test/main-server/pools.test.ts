import { POOL_BYTES } from '@rowhouse/bufferbloat-protocol';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { createPools, messageBytesFor, poolBytesFor } from '../../src/load/pools.ts';
import { RateMeter } from '../../src/load/rate.ts';

const [SMALL, MEDIUM, LARGE] = POOL_BYTES;

describe('pools', () => {
  const pools = createPools();

  it.each([
    [0, SMALL],
    [999, SMALL],
    [1_000, MEDIUM],
    [1_999, MEDIUM],
    [2_000, LARGE],
    [9_999, LARGE],
    [10_000, SMALL],
    [100_000, SMALL],
  ])('give a connection of %i Mbit/s %i bytes', (rateMbps, bytes) => {
    expect(poolBytesFor(rateMbps)).toBe(bytes);
    expect(pools.pieces(rateMbps, false).map((piece) => piece.byteLength)).toEqual([bytes]);
    const encrypted = pools.pieces(rateMbps, true);
    expect(new Set(encrypted.map((piece) => piece.byteLength))).toEqual(new Set([256 * 1024]));
    expect(Buffer.concat(encrypted).equals(pools.pieces(rateMbps, false)[0] ?? Buffer.alloc(0))).toBe(true);
  });

  it('cannot be compressed', () => {
    const [pool = Buffer.alloc(0)] = pools.pieces(0, false);
    expect(gzipSync(pool).byteLength).toBeGreaterThan(pool.byteLength);
  });

  it('are one memory for all', () => {
    expect(pools.pieces(0, false)[0]?.buffer).toBe(pools.pieces(5_000, true)[3]?.buffer);
    expect(pools.message(1).buffer).toBe(pools.message(1e6).buffer);
  });

  it.each([
    [0, 16 * 1024],
    [10, 16 * 1024],
    [100, 128 * 1024],
    [1_000, 2 ** 20],
    [1e6, 2 ** 20],
  ])('give a WebSocket of %i Mbit/s messages of %i bytes', (rateMbps, bytes) => {
    expect(messageBytesFor(rateMbps)).toBe(bytes);
    expect(pools.message(rateMbps).byteLength).toBe(bytes);
  });
});

describe('RateMeter', () => {
  it('tells the rate of the last full window of 200 ms', () => {
    const meter = new RateMeter(1000);
    expect(meter.add(1_000_000, 1100)).toBe(false);
    expect(meter.rateMbps).toBe(0);
    expect(meter.add(1_500_000, 1200)).toBe(true);
    expect(meter.rateMbps).toBe(100);
    expect(meter.add(0, 1700)).toBe(true);
    expect(meter.rateMbps).toBe(0);
  });
});
