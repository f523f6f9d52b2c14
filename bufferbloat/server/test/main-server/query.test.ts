import { LIMITS } from '@rowhouse/bufferbloat-protocol';
import { describe, expect, it } from 'vitest';
import { Refusal } from '../../src/guard/index.ts';
import { downloadQuery } from '../../src/load/index.ts';

const query = (text: string) => downloadQuery(new URL(`http://host/download?${text}`));

describe('downloadQuery', () => {
  it('takes what is in range', () => {
    expect(query('')).toEqual({ limitBytes: undefined, durationMs: LIMITS.downloadMs });
    expect(query(`bytes=1&durationMs=1`)).toEqual({ limitBytes: 1, durationMs: 1 });
    expect(query(`bytes=${LIMITS.downloadBytes}`).limitBytes).toBe(LIMITS.downloadBytes);
  });

  it.each(['', '0', '-1', '+1', '1.5', '1e3', '0x10', ' 1', '١', 'NaN', '9'.repeat(16), '9'.repeat(10_000)])(
    'refuses bytes=%s without repeating it',
    (value) => {
      const attempt = () => query(`bytes=${encodeURIComponent(value)}`);
      expect(attempt).toThrow(Refusal);
      expect(attempt).toThrow(`"bytes" must be one whole number from 1 to ${LIMITS.downloadBytes}.`);
    },
  );

  it('refuses a parameter that is given twice', () => {
    expect(() => query('durationMs=5&durationMs=6')).toThrow('"durationMs"');
  });
});
