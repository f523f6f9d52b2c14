import type { PhaseId, PhaseSpan } from '@rowhouse/bufferbloat-protocol';
import { type Load, loadAt, type PhasePlan, planDurationMs } from './plan.ts';
import { isDrained } from './drain.ts';
import type { ProbeRate } from './probe-rate.ts';
import { NO_PROBES, withoutUdp } from './probe-rate.ts';
import type { RateReport } from './rate-found.ts';
import { probeRateUnder } from './probe-pace.ts';

/** A phase waits at most this long for the queue of the one before, in milliseconds; the same at every scale. */
export const DRAIN_LIMIT_MS = 2000;

/** Everything that happens to a test; `nowMs` is Unix time and never runs backwards. */
export type ConductorEvent = { readonly nowMs: number } & (
  | { readonly type: 'start' | 'stop' | 'tick' }
  /** A reply of the signal in use: decides when a queue has drained. */
  | { readonly type: 'probe'; readonly sentMs: number; readonly rttMs: number }
  /** Goodput since the report before, a few times a second while there is load. */
  | { readonly type: 'rate'; readonly direction: 'download' | 'upload'; readonly mbps: number }
  /** Whether UDP probes can be had; they are expected until this says otherwise. */
  | { readonly type: 'udp'; readonly available: boolean }
);

/** What the runner does, in order. */
export type ConductorEffect =
  /** The phase begins, or (`draining`) the wait for the queue before it; after the last phase its own queue is awaited. */
  | { readonly type: 'phase'; readonly id: PhaseId; readonly draining: boolean }
  /** How many load connections should run from now on; 0 ends a direction (abort, then `stop-load`). */
  | { readonly type: 'load'; readonly download: number; readonly upload: number }
  /** How fast to probe from now on, by signal. */
  | { readonly type: 'probe-rate'; readonly udpPerS: number; readonly websocketPerS: number }
  /** No more effects come. Replies still in flight are awaited by the runner, up to 3 s. */
  | { readonly type: 'finish'; readonly outcome: 'done' | 'stopped' };

export interface ConductorState {
  readonly plan: readonly PhasePlan[];
  readonly status: 'idle' | 'running' | 'done' | 'stopped';
  /** The phase that runs or is waited for; `null` before the start and after the end. */
  readonly phase: PhaseId | null;
  readonly draining: boolean;
  /** Phases as they really ran, in milliseconds since the start. */
  readonly spans: readonly PhaseSpan[];
  /** Phases that began although the queue of the one before had not drained. */
  readonly drainTimedOut: readonly PhaseId[];
  readonly startedAtMs: number;
  readonly elapsedMs: number;
  /** How long the test takes in all, as far as is known: the plan and the drains so far. */
  readonly totalMs: number;
  readonly load: Load;
  readonly probeRate: ProbeRate;
  /** Where in the plan it is; the plan's length while the last queue drains. */
  readonly index: number;
  /** When the phase or the drain began, Unix milliseconds. */
  readonly sinceMs: number;
  readonly nowMs: number;
  readonly udp: boolean;
  readonly baselineRttsMs: readonly number[];
  /** Replies to probes that were sent since the drain began. */
  readonly drainRttsMs: readonly number[];
  readonly rates: readonly RateReport[];
}

const NO_LOAD: Load = { download: 0, upload: 0 };

export function createConductor(plan: readonly PhasePlan[]): ConductorState {
  return {
    plan,
    status: 'idle',
    phase: null,
    draining: false,
    spans: [],
    drainTimedOut: [],
    startedAtMs: 0,
    elapsedMs: 0,
    totalMs: planDurationMs(plan),
    load: NO_LOAD,
    probeRate: NO_PROBES,
    index: 0,
    sinceMs: 0,
    nowMs: 0,
    udp: true,
    baselineRttsMs: [],
    drainRttsMs: [],
    rates: [],
  };
}

/**
 * Advances a test by one event. Pure: the same state and event give the same answer. Each tick ends at most one phase,
 * so that after a long sleep of the machine every phase still gets its time. Once finished, events change nothing.
 */
export function step(
  state: ConductorState,
  event: ConductorEvent,
): readonly [ConductorState, readonly ConductorEffect[]] {
  const next = apply(state, event);
  return [next, effectsBetween(state, next)];
}

function apply(state: ConductorState, event: ConductorEvent): ConductorState {
  if (state.status === 'done' || state.status === 'stopped') return state;
  if (event.type === 'udp') return paced({ ...state, udp: event.available }, true);
  if (event.type === 'start' && state.status === 'idle') {
    const { nowMs } = event;
    return beginPhase({ ...state, status: 'running', startedAtMs: nowMs, sinceMs: nowMs, nowMs }, 0);
  }
  if (state.status !== 'running') return state;
  const nowMs = Math.max(state.nowMs, event.nowMs);
  const now = { ...state, nowMs, elapsedMs: nowMs - state.startedAtMs };
  if (event.type === 'stop') return finished(endSpan(now), 'stopped');
  return advanced(noted(now, event));
}

/** Keeps what a reply or a report says; neither changes the course by itself. */
function noted(state: ConductorState, event: ConductorEvent): ConductorState {
  if (event.type === 'probe') {
    if (state.draining && event.sentMs >= state.sinceMs) {
      return { ...state, drainRttsMs: [...state.drainRttsMs, event.rttMs] };
    }
    return state.phase === 'baseline' && !state.draining
      ? { ...state, baselineRttsMs: [...state.baselineRttsMs, event.rttMs] }
      : state;
  }
  if (event.type === 'rate' && isAlone(state, event.direction) && !isRamping(state)) {
    return paced({ ...state, rates: [...state.rates, { ...event, nowMs: state.nowMs }] }, false);
  }
  return state;
}

/** What a line carries is what a direction carries alone: at once each takes from the other, by its acknowledgements. */
function isAlone({ load }: ConductorState, direction: 'download' | 'upload'): boolean {
  return load[direction] > 0 && load[direction === 'download' ? 'upload' : 'download'] === 0;
}

/** What is reported while connections are still being added says too little of the line. */
function isRamping(state: ConductorState): boolean {
  return state.nowMs - state.sinceMs < (state.plan[state.index]?.rampMs ?? 0);
}

function advanced(state: ConductorState): ConductorState {
  const sinceMs = state.nowMs - state.sinceMs;
  if (state.draining) {
    const drained = isDrained(state.baselineRttsMs, state.drainRttsMs);
    if (!drained && sinceMs < DRAIN_LIMIT_MS) return { ...state, totalMs: totalMs(state) };
    const phase = state.plan[state.index];
    if (phase === undefined) return finished(state, 'done');
    const drainTimedOut = drained ? state.drainTimedOut : [...state.drainTimedOut, phase.id];
    return beginPhase({ ...state, drainTimedOut }, state.index);
  }
  const phase = state.plan[state.index];
  if (phase === undefined) return finished(state, 'done');
  if (sinceMs < phase.durationMs) return { ...state, load: loadAt(phase, sinceMs) };
  const ended = endSpan(state);
  const following = state.plan[state.index + 1];
  if (following !== undefined && !following.drainBefore) return beginPhase(ended, state.index + 1);
  return {
    ...ended,
    index: state.index + 1,
    phase: (following ?? phase).id,
    draining: true,
    drainRttsMs: [],
    sinceMs: state.nowMs,
    load: NO_LOAD,
  };
}

function beginPhase(state: ConductorState, index: number): ConductorState {
  const phase = state.plan[index];
  if (phase === undefined) return finished(state, 'done');
  const begun: ConductorState = {
    ...state,
    index,
    phase: phase.id,
    draining: false,
    sinceMs: state.nowMs,
    load: loadAt(phase, 0),
  };
  return paced({ ...begun, totalMs: totalMs(begun) }, true);
}

function finished(state: ConductorState, outcome: 'done' | 'stopped'): ConductorState {
  return {
    ...state,
    status: outcome,
    phase: null,
    draining: false,
    load: NO_LOAD,
    probeRate: NO_PROBES,
    totalMs: state.elapsedMs,
  };
}

/** Closes the span of the running phase, if one runs. */
function endSpan(state: ConductorState): ConductorState {
  const phase = state.plan[state.index];
  if (state.draining || phase === undefined) return state;
  const startMs = state.sinceMs - state.startedAtMs;
  const endMs = state.elapsedMs;
  const fromMs = startMs + (phase.gradedFromMs ?? 0);
  const graded = phase.gradedFromMs === null || fromMs >= endMs ? null : { fromMs, toMs: endMs };
  return { ...state, spans: [...state.spans, { id: phase.id, startMs, endMs, graded }] };
}

function totalMs(state: ConductorState): number {
  const beforeMs = state.draining ? state.elapsedMs : state.sinceMs - state.startedAtMs;
  return beforeMs + planDurationMs(state.plan.slice(state.index));
}

/**
 * Sets the probe rate for what is known of the line. In a graded window it may fall but not rise (unless `free`), so
 * that the samples of a window stand evenly in time.
 */
function paced(state: ConductorState, free: boolean): ConductorState {
  const phase = state.plan[state.index];
  if (state.status !== 'running' || phase === undefined) return state;
  const wanted = probeRateUnder(phase.load, state.rates);
  const rate = state.udp ? wanted : withoutUdp(wanted);
  const isGraded = phase.gradedFromMs !== null && state.nowMs - state.sinceMs >= phase.gradedFromMs;
  if (free || !isGraded) return { ...state, probeRate: rate };
  const { udpPerS, websocketPerS } = state.probeRate;
  return {
    ...state,
    probeRate: {
      udpPerS: Math.min(udpPerS, rate.udpPerS),
      websocketPerS: Math.min(websocketPerS, rate.websocketPerS),
    },
  };
}

function effectsBetween(before: ConductorState, after: ConductorState): ConductorEffect[] {
  const effects: ConductorEffect[] = [];
  const { load, probeRate, phase, draining } = after;
  if (load.download !== before.load.download || load.upload !== before.load.upload) {
    effects.push({ type: 'load', ...load });
  }
  if (probeRate.udpPerS !== before.probeRate.udpPerS || probeRate.websocketPerS !== before.probeRate.websocketPerS) {
    effects.push({ type: 'probe-rate', ...probeRate });
  }
  if (phase !== null && (phase !== before.phase || draining !== before.draining)) {
    effects.push({ type: 'phase', id: phase, draining });
  }
  if (after.status !== before.status && (after.status === 'done' || after.status === 'stopped')) {
    effects.push({ type: 'finish', outcome: after.status });
  }
  return effects;
}
