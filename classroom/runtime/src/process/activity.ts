import type { ProcessKind, ProcessState } from '@rowhouse/classroom-protocol';
import type { VigilFacts } from './vigil.ts';

/** When a process did what; times in ms of one clock that never runs back. */
export interface Activity {
  readonly state: ProcessState;
  readonly isPinned: boolean;
  /** Last of all signs of life, and of anybody's interest. */
  readonly lastMs: number;
  /** @returns whether it is another state than before */
  changeState(state: ProcessState, nowMs: number): boolean;
  /** Somebody did something about it. */
  acted(nowMs: number): void;
  /** It printed, or somebody began or ended to look on. */
  seen(nowMs: number): void;
  /** @param cpuMs used since it began */
  computed(cpuMs: number, nowMs: number): void;
  pin(pinned: boolean, nowMs: number): void;
  /** Until when it computed; now, while it does. */
  ranUntilMs(nowMs: number): number;
  facts(viewers: number): VigilFacts;
}

/** CPU use of a process that only waits, between two measurements. */
const IDLE_CPU_MS = 10;

export function createActivity(kind: ProcessKind, startedMs: number): Activity {
  let state: ProcessState = 'running';
  let stateSinceMs = startedMs;
  let ranMs = 0;
  let hasPrompted = false;
  let actionMs = startedMs;
  let signMs = startedMs;
  let cpuMs = 0;
  let isPinned = false;
  return {
    get state() {
      return state;
    },
    get isPinned() {
      return isPinned;
    },
    get lastMs() {
      return Math.max(actionMs, signMs);
    },
    changeState(to, nowMs) {
      if (to === state) return false;
      if (state === 'running') ranMs += nowMs - stateSinceMs;
      state = to;
      stateSinceMs = nowMs;
      hasPrompted ||= to === 'waiting-for-code';
      return true;
    },
    acted(nowMs) {
      actionMs = nowMs;
    },
    seen(nowMs) {
      signMs = nowMs;
    },
    computed(usedMs, nowMs) {
      if (usedMs - cpuMs > IDLE_CPU_MS) signMs = nowMs;
      cpuMs = Math.max(cpuMs, usedMs);
    },
    pin(pinned, nowMs) {
      isPinned = pinned;
      actionMs = nowMs;
    },
    ranUntilMs: (nowMs) => (state === 'running' ? nowMs : stateSinceMs),
    facts: (viewers) => ({
      kind,
      state,
      hasPrompted,
      startedMs,
      stateSinceMs,
      ranMs,
      actionMs,
      signMs,
      cpuMs,
      viewers,
      pinned: isPinned,
    }),
  };
}
