import { describe, expect, it } from 'vitest';
import { decodeProbe, encodeProbe, PROBE_BYTES } from '../src/probe.ts';

describe('probes', () => {
  it('come back as they were sent, from a buffer and from a part of one', () => {
    const probe = { sequence: 4_000_000_000, timeMs: 1_795_000_000_123.456 };
    const bytes = encodeProbe(probe);
    expect(bytes.byteLength).toBe(PROBE_BYTES);
    expect(decodeProbe(bytes)).toEqual(probe);
    const larger = new Uint8Array(40);
    larger.set(bytes, 7);
    expect(decodeProbe(larger.subarray(7, 7 + PROBE_BYTES))).toEqual(probe);
    expect(decodeProbe(bytes.buffer)).toEqual(probe);
  });

  it('count on beyond 32 bits', () => {
    expect(decodeProbe(encodeProbe({ sequence: 2 ** 32 + 5, timeMs: 1 }))?.sequence).toBe(5);
  });

  it('are nothing of another size or without a time', () => {
    for (let size = 0; size < 40; size++) {
      if (size !== PROBE_BYTES) expect(decodeProbe(new Uint8Array(size)), `${size} bytes`).toBeUndefined();
    }
    for (const timeMs of [Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(decodeProbe(encodeProbe({ sequence: 1, timeMs }))).toBeUndefined();
    }
  });
});
