import type { PhaseId, PhaseSpan } from '@rowhouse/bufferbloat-protocol';
import type { RunState } from '../run/state.ts';
import { PHASE_ORDER } from './words.ts';

/** What the page needs to know of a phase beforehand. */
export interface PlannedPhase {
  readonly id: PhaseId;
  readonly durationMs: number;
}

export interface Step extends PlannedPhase {
  readonly status: 'done' | 'now' | 'next';
  /** 0 to 1: how much of it has run. */
  readonly fraction: number;
}

export interface Progress {
  readonly steps: readonly Step[];
  /** Counted from 1; 0 before the first phase. */
  readonly stepNumber: number;
  readonly leftMs: number;
  /** 0 to 1, of the whole test. */
  readonly fraction: number;
}

/** How far a run has come; a phase has begun when the one before has ended and the queue has drained. */
export function progressOf(state: RunState, plan: readonly PlannedPhase[]): Progress {
  const current = state.phase === undefined ? -1 : plan.findIndex((phase) => phase.id === state.phase);
  const begunMs = currentStartMs(state);
  const steps = plan.map((phase, index): Step => {
    if (index < current) return { ...phase, status: 'done', fraction: 1 };
    if (index > current) return { ...phase, status: 'next', fraction: 0 };
    const ranMs = state.draining ? 0 : state.elapsedMs - begunMs;
    return { ...phase, status: 'now', fraction: Math.min(1, Math.max(0, ranMs / phase.durationMs)) };
  });
  return {
    steps,
    stepNumber: current + 1,
    leftMs: Math.max(0, state.totalMs - state.elapsedMs),
    fraction: state.totalMs > 0 ? Math.min(1, state.elapsedMs / state.totalMs) : 0,
  };
}

function currentStartMs(state: RunState): number {
  const last = state.spans.at(-1);
  if (last === undefined) return 0;
  return last.id === state.phase ? last.startMs : last.endMs;
}

/** The phase that runs and those to come, as spans from now to the end of the test, for shading what lies ahead. */
export function spansAhead(state: RunState, plan: readonly PlannedPhase[]): PhaseSpan[] {
  const last = state.spans.at(-1);
  let startMs = last?.endMs ?? 0;
  const ahead: PhaseSpan[] = [];
  for (const phase of plan) {
    const ran = last !== undefined && PHASE_ORDER.indexOf(phase.id) <= PHASE_ORDER.indexOf(last.id);
    if (ran) continue;
    // A drain before the phase that is due keeps pushing it ahead of the clock.
    if (state.draining && phase.id === state.phase) startMs = Math.max(startMs, state.elapsedMs);
    ahead.push({ id: phase.id, startMs, endMs: startMs + phase.durationMs, graded: null });
    startMs += phase.durationMs;
  }
  return ahead;
}
