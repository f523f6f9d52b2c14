import type { EndReason, Limits, ProcessKind, ProcessState } from '@rowhouse/classroom-protocol';

/** What there is to know about a living process for its limits. Times in ms of one clock that never runs back. */
export interface VigilFacts {
  readonly kind: ProcessKind;
  readonly state: ProcessState;
  /** It has been at the prompt of a REPL. */
  readonly hasPrompted: boolean;
  readonly startedMs: number;
  /** Since when it has been in its state. */
  readonly stateSinceMs: number;
  /** How long it was `running` before that. */
  readonly ranMs: number;
  /** When somebody who may type last did, interrupted, attached, detached or pinned. */
  readonly actionMs: number;
  /** When it last printed or computed, or somebody began or ended to look on. */
  readonly signMs: number;
  readonly cpuMs: number;
  readonly viewers: number;
  readonly pinned: boolean;
}

export interface Verdict {
  readonly end?: EndReason;
  /** It will be ended as abandoned in so many ms, unless something happens. */
  readonly abandonedInMs?: number;
  /** When to judge again, should nothing happen before. */
  readonly againInMs: number;
}

const WARNING_MS = 60_000;

/** Decides by the limits that the server watches itself; the others are the kernel's. */
export function judge(facts: VigilFacts, limits: Limits, nowMs: number): Verdict {
  if (facts.cpuMs > limits.runCpuMs) return { end: 'cpu-limit', againInMs: 0 };
  const wallMs = wallLeftMs(facts, limits, nowMs);
  if (wallMs <= 0) return { end: 'wall-limit', againInMs: 0 };
  const waitingMs = waitingLeftMs(facts, limits, nowMs);
  if (waitingMs <= 0) return { end: 'waiting-limit', againInMs: 0 };
  const abandonedMs = abandonedLeftMs(facts, limits, nowMs);
  if (abandonedMs <= 0) return { end: 'abandoned', againInMs: 0 };
  const warningMs = warningBeforeMs(limits);
  const isWarned = abandonedMs <= warningMs;
  const againInMs = Math.min(wallMs, waitingMs, isWarned ? abandonedMs : abandonedMs - warningMs);
  return { againInMs, ...(isWarned ? { abandonedInMs: abandonedMs } : {}) };
}

/** A REPL may be there for so long; of a script only the time counts in which it does not wait. */
function wallLeftMs(facts: VigilFacts, limits: Limits, nowMs: number): number {
  if (facts.kind === 'repl' || facts.hasPrompted) return limits.replWallMs - (nowMs - facts.startedMs);
  if (facts.state !== 'running') return Number.POSITIVE_INFINITY;
  return limits.scriptWallMs - facts.ranMs - (nowMs - facts.stateSinceMs);
}

function waitingLeftMs(facts: VigilFacts, limits: Limits, nowMs: number): number {
  if (facts.state !== 'waiting-for-input' && facts.state !== 'waiting-for-code') return Number.POSITIVE_INFINITY;
  return limits.waitingMs - (nowMs - Math.max(facts.stateSinceMs, facts.actionMs));
}

function abandonedLeftMs(facts: VigilFacts, limits: Limits, nowMs: number): number {
  if (facts.viewers > 0 || facts.pinned) return Number.POSITIVE_INFINITY;
  return limits.abandonedMs - quietMs(facts, nowMs);
}

function warningBeforeMs(limits: Limits): number {
  return Math.min(WARNING_MS, limits.abandonedMs / 2);
}

/** How long nothing was seen of it, nor of anybody about it. */
export function quietMs(facts: VigilFacts, nowMs: number): number {
  return nowMs - Math.max(facts.startedMs, facts.signMs, facts.actionMs);
}
