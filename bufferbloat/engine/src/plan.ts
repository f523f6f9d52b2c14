import type { PhaseId } from '@rowhouse/bufferbloat-protocol';

/** Load connections per direction; what a browser allows one host over HTTP/1.1 is six in all. */
export interface Load {
  readonly download: number;
  readonly upload: number;
}

/** One phase as it is meant to run. */
export interface PhasePlan {
  readonly id: PhaseId;
  readonly durationMs: number;
  /** Connections at full load. */
  readonly load: Load;
  /** Connections are added one by one over this time, the first at once. */
  readonly rampMs: number;
  /** Where the graded window begins, from the start of the phase; it ends with the phase. `null`: not graded. */
  readonly gradedFromMs: number | null;
  /** The phase begins only when the queue of the one before has drained. */
  readonly drainBefore: boolean;
}

const IDLE: Load = { download: 0, upload: 0 };
const DOWN: Load = { download: 6, upload: 0 };
const UP: Load = { download: 0, upload: 6 };
const BOTH: Load = { download: 3, upload: 3 };

/**
 * Requirement B3. The baseline leaves out its first 200 ms, in which the handshakes of the probe connections themselves
 * are on the line. A warm-up is the ramp of the saturation after it, so that one is graded whole; the bidirectional phase
 * has its ramp inside and is graded from 1.5 s on (36.5-40 s of the test).
 */
const SINGLE_USER: readonly PhasePlan[] = [
  { id: 'baseline', durationMs: 5000, load: IDLE, rampMs: 0, gradedFromMs: 200, drainBefore: false },
  { id: 'download-warmup', durationMs: 5000, load: DOWN, rampMs: 2000, gradedFromMs: null, drainBefore: false },
  { id: 'download', durationMs: 10_000, load: DOWN, rampMs: 0, gradedFromMs: 0, drainBefore: false },
  { id: 'upload-warmup', durationMs: 5000, load: UP, rampMs: 2000, gradedFromMs: null, drainBefore: true },
  { id: 'upload', durationMs: 10_000, load: UP, rampMs: 0, gradedFromMs: 0, drainBefore: false },
  { id: 'bidirectional', durationMs: 5000, load: BOTH, rampMs: 500, gradedFromMs: 1500, drainBefore: true },
];

/**
 * The phases of the single-user test, 40 s in all.
 *
 * @param scale multiplies every time; 1 is the real test, tests use less. Finite and above 0, else a `RangeError`.
 */
export function singleUserPlan(scale = 1): readonly PhasePlan[] {
  if (!(scale > 0 && scale < Number.POSITIVE_INFINITY)) {
    throw new RangeError(`scale must be a finite number above 0, not ${scale}`);
  }
  return SINGLE_USER.map((phase) => ({
    ...phase,
    durationMs: phase.durationMs * scale,
    rampMs: phase.rampMs * scale,
    gradedFromMs: phase.gradedFromMs === null ? null : phase.gradedFromMs * scale,
  }));
}

/** How long a plan takes without its drains, in milliseconds. */
export function planDurationMs(plan: readonly PhasePlan[]): number {
  return plan.reduce((sumMs, phase) => sumMs + phase.durationMs, 0);
}

/** The connections that should be open `elapsedMs` into a phase. */
export function loadAt(phase: PhasePlan, elapsedMs: number): Load {
  const share = phase.rampMs > 0 ? Math.min(1, elapsedMs / phase.rampMs) : 1;
  const ramped = (full: number): number => (full === 0 ? 0 : 1 + Math.floor((full - 1) * share));
  return { download: ramped(phase.load.download), upload: ramped(phase.load.upload) };
}
