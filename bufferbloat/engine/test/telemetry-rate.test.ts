import { telemetryRequestSchema } from '@rowhouse/bufferbloat-protocol';
import { expect, it } from 'vitest';
import { FIRST_TELEMETRY_INTERVAL_MS, telemetryIntervalMs } from '../src/telemetry-rate.ts';

it.each([
  [1000, 100],
  [20, 100],
  [10, 200],
  [3, 700],
  [1, 2000],
  [0, 2000],
])('a line of %s Mbit/s is reported on every %s ms', (mbps, intervalMs) => {
  expect(telemetryIntervalMs(mbps)).toBe(intervalMs);
});

it('asks only for what the protocol allows', () => {
  for (const intervalMs of [FIRST_TELEMETRY_INTERVAL_MS, telemetryIntervalMs(0), telemetryIntervalMs(1e6)]) {
    expect(telemetryRequestSchema.safeParse({ type: 'interval', intervalMs }).success).toBe(true);
  }
});
