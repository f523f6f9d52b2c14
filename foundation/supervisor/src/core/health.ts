import type { HealthPolicy } from '../child-spec.ts';

/** Where the health check of a ready child stands. */
export interface Probe {
  readonly nextAtMs: number;
  readonly lastPingId: number;
  readonly pending: boolean;
  readonly missed: number;
}

export function firstProbe(policy: HealthPolicy, nowMs: number): Probe {
  return { nextAtMs: nowMs + policy.intervalMs, lastPingId: 0, pending: false, missed: 0 };
}

/** When `checkProbe` has something to do next. */
export function probeWakeMs(policy: HealthPolicy, probe: Probe): number {
  return probe.pending ? pingDeadlineMs(policy, probe) : probe.nextAtMs;
}

/** Counts an unanswered ping and says whether another is to be sent now. */
export function checkProbe(policy: HealthPolicy, probe: Probe, nowMs: number): { probe: Probe; ping: boolean } {
  const answered = probe.pending ? countMiss(policy, probe, nowMs) : probe;
  if (nowMs < answered.nextAtMs || answered.missed >= policy.failures) {
    return { probe: answered, ping: false };
  }
  const ping = { ...answered, pending: true, lastPingId: answered.lastPingId + 1, nextAtMs: nowMs + policy.intervalMs };
  return { probe: ping, ping: true };
}

/** Takes an answer; one to an older ping says nothing about now and is ignored. */
export function answerProbe(probe: Probe, pingId: number): Probe {
  return probe.pending && pingId === probe.lastPingId ? { ...probe, pending: false, missed: 0 } : probe;
}

function countMiss(policy: HealthPolicy, probe: Probe, nowMs: number): Probe {
  const lateMs = nowMs - pingDeadlineMs(policy, probe);
  if (lateMs < 0) return probe;
  // Waking up so late means that this process stood still, and the answer may lie unread: the child is not to blame.
  const missed = lateMs > policy.timeoutMs ? probe.missed : probe.missed + 1;
  return { ...probe, pending: false, missed };
}

function pingDeadlineMs(policy: HealthPolicy, probe: Probe): number {
  return probe.nextAtMs - policy.intervalMs + policy.timeoutMs;
}
