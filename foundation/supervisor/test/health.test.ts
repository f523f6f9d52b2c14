import { expect, test } from 'vitest';
import { answerProbe, checkProbe, firstProbe, type Probe, probeWakeMs } from '../src/core/health.ts';

const policy = { intervalMs: 100, timeoutMs: 40, failures: 2 };

/** Passes time to `nowMs` and says how the probe stands. */
function at(probe: Probe, nowMs: number) {
  return checkProbe(policy, probe, nowMs);
}

test('a ping goes out each interval and its answer is awaited until the timeout', () => {
  const probe = firstProbe(policy, 1_000);
  expect(probeWakeMs(policy, probe)).toBe(1_100);
  expect(at(probe, 1_099).ping).toBe(false);
  const pinged = at(probe, 1_100);
  expect(pinged).toMatchObject({ ping: true, probe: { lastPingId: 1, pending: true } });
  expect(probeWakeMs(policy, pinged.probe)).toBe(1_140);
  expect(at(pinged.probe, 1_139)).toEqual({ probe: pinged.probe, ping: false });
  expect(at(pinged.probe, 1_140)).toMatchObject({ ping: false, probe: { missed: 1, pending: false, nextAtMs: 1_200 } });
});

test('an answer wipes out what was missed before; one to another ping does not', () => {
  const probe: Probe = { nextAtMs: 1_200, lastPingId: 7, pending: true, missed: 1 };
  expect(answerProbe(probe, 7)).toMatchObject({ pending: false, missed: 0 });
  expect(answerProbe(probe, 6)).toBe(probe);
  expect(answerProbe({ ...probe, pending: false }, 7).missed).toBe(1);
});

test('no further ping goes to a child that has missed too many', () => {
  const probe: Probe = { nextAtMs: 1_200, lastPingId: 7, pending: true, missed: 1 };
  expect(at(probe, 1_140)).toMatchObject({ ping: false, probe: { missed: 2 } });
  expect(at({ ...probe, pending: false, missed: 2 }, 1_300).ping).toBe(false);
});

test('a supervisor that stood still itself does not blame the child', () => {
  const probe: Probe = { nextAtMs: 1_200, lastPingId: 7, pending: true, missed: 1 };
  expect(at(probe, 1_181)).toMatchObject({ probe: { missed: 1 } });
  expect(at(probe, 60_000)).toMatchObject({ ping: true, probe: { missed: 1, lastPingId: 8 } });
});
