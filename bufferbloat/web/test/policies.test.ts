import { LIMITS, POOL_BYTES } from '@rowhouse/bufferbloat-protocol';
import { describe, expect, it } from 'vitest';
import { endpoint, socketEndpoint } from '../src/shared/addresses.ts';
import { backoffMs, SOCKET_BACKOFF } from '../src/shared/backoff.ts';
import { uploadSize } from '../src/shared/upload-size.ts';

describe('backoffMs', () => {
  it('doubles up to its limit', () => {
    expect([1, 2, 3, 5, 6, 60].map((failures) => backoffMs(failures, SOCKET_BACKOFF, 0))).toEqual([
      50, 100, 200, 800, 1000, 1000,
    ]);
  });

  it('takes off up to a half by chance', () => {
    expect(backoffMs(1, SOCKET_BACKOFF, 0.999)).toBeGreaterThanOrEqual(25);
    expect(backoffMs(1, SOCKET_BACKOFF, 0.5)).toBe(37.5);
  });
});

describe('uploadSize', () => {
  it.each([undefined, 0.1, 1, 5, 9.9, 10, 50, 99, 100, 160, 1000, 10_000])(
    'is whole pools, within limits, at %s',
    (mbps) => {
      const { poolBytes, bodyBytes } = uploadSize(mbps);
      expect(POOL_BYTES).toContain(poolBytes);
      expect(bodyBytes % poolBytes).toBe(0);
      expect(bodyBytes).toBeLessThanOrEqual(LIMITS.uploadBytes);
      // Longer than a whole upload phase, as far as one body may be.
      if (mbps !== undefined && bodyBytes < LIMITS.uploadBytes)
        expect((bodyBytes * 8) / (mbps * 1e6)).toBeGreaterThan(25);
    },
  );

  it('cuts from larger pools the faster the line is', () => {
    expect([1, 50, 500].map((mbps) => uploadSize(mbps).poolBytes)).toEqual(POOL_BYTES);
  });
});

describe('addresses', () => {
  it('keep host and port of the page, and carry the token', () => {
    expect(endpoint('http://[::1]:9000/', '/download', 'a b', { durationMs: '60000' }).href).toBe(
      'http://[::1]:9000/download?durationMs=60000&token=a+b',
    );
  });

  it('become ws or wss, on the ping port if one is given', () => {
    expect(socketEndpoint('http://host:9000/?scale=1', '/ws/telemetry', 't')).toBe(
      'ws://host:9000/ws/telemetry?token=t',
    );
    expect(socketEndpoint('https://host/', '/ws/probe', 't', 8005)).toBe('wss://host:8005/ws/probe?token=t');
  });
});
