import { telemetryRequestSchema } from '@rowhouse/bufferbloat-protocol';
import { expect, it } from 'vitest';
import { createConductor, step } from '../src/conductor.ts';
import { singleUserPlan } from '../src/plan.ts';
import { telemetryIntervalAt, telemetryIntervalMs } from '../src/telemetry-rate.ts';

const AT = 1_700_000_000_000;

/** A test in its download, after reports of a rate. */
function downloading(mbps: number, reports = 3) {
  let [state] = step(createConductor(singleUserPlan()), { type: 'start', nowMs: AT });
  [state] = step(state, { type: 'tick', nowMs: AT + 5000 });
  for (let each = 0; each < reports; each += 1) {
    [state] = step(state, { type: 'rate', nowMs: AT + 7000 + each, direction: 'download', mbps });
  }
  return state;
}

it.each([
  [1000, 100],
  [20, 100],
  [10, 200],
  [3, 700],
  [1, 2000],
  [0, 2000],
])('a line of %s Mbit/s is reported on every %s ms', (mbps, intervalMs) => {
  expect(telemetryIntervalMs(downloading(mbps))).toBe(intervalMs);
  expect(telemetryIntervalAt(mbps)).toBe(intervalMs);
  expect(telemetryRequestSchema.safeParse({ type: 'interval', intervalMs }).success).toBe(true);
});

it('is twice a second while nothing is known, or nothing of a direction that is loaded', () => {
  expect(telemetryIntervalMs(createConductor(singleUserPlan()))).toBe(500);
  expect(telemetryIntervalMs(downloading(1000, 2))).toBe(500);
  let state = downloading(1000);
  while (state.load.upload === 0) [state] = step(state, { type: 'tick', nowMs: state.nowMs + 1000 });
  expect(telemetryIntervalMs(state)).toBe(500);
});
