import { decodeProbe, encodeProbe } from '@rowhouse/bufferbloat-protocol';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createMessageLimit, replyTo } from '../src/probes/replies.ts';

describe('replyTo', () => {
  it('repeats the sequence number and nothing else', () => {
    const reply = replyTo(encodeProbe({ sequence: 4_000_000_000, timeMs: 123.5 }), 1_700_000_000_000.25);
    expect(reply && decodeProbe(reply)).toEqual({ sequence: 4_000_000_000, timeMs: 1_700_000_000_000.25 });
  });

  it('answers nothing but probes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
        if (bytes.byteLength !== 12) expect(replyTo(bytes, 0)).toBeUndefined();
      }),
    );
    expect(replyTo(encodeProbe({ sequence: 1, timeMs: Number.NaN }), 0)).toBeUndefined();
  });
});

describe('createMessageLimit', () => {
  it('answers 120 a second, ignores more, and ends at more than 1000', () => {
    const limit = createMessageLimit();
    const verdicts = Array.from({ length: 1001 }, (_, index) => limit(index * 0.5));
    expect(verdicts.filter((verdict) => verdict === 'answer')).toHaveLength(120);
    expect(verdicts.filter((verdict) => verdict === 'ignore')).toHaveLength(880);
    expect(verdicts.at(-1)).toBe('close');
    expect(limit(1000)).toBe('answer');
  });
});
