import type { ReadonlySignal } from '@preact/signals';
import type { PhaseId, PhaseSpan, Result } from '@rowhouse/bufferbloat-protocol';

/**
 * Where a run is. `idle` before the first one; `starting` until the first phase; `stopping` until nothing of the run
 * is left; then one of `stopped`, `failed` and `done`, from all of which a new run may be started at once.
 */
export type RunStatus = 'idle' | 'starting' | 'running' | 'stopping' | 'stopped' | 'failed' | 'done';

/** One point of a live chart; `atMs` is milliseconds since the test's start. */
export interface LivePoint {
  readonly atMs: number;
  readonly value: number;
}

/** Why a run failed: a stable code for programs, a plain sentence (what happened, what to do) for people. */
export interface RunError {
  readonly code: string;
  readonly message: string;
}

export interface RunState {
  readonly status: RunStatus;
  /** The phase that runs or, while `draining`, the one that will begin when the queue is empty. */
  readonly phase: PhaseId | undefined;
  readonly draining: boolean;
  /** Milliseconds since the test's start; stands still once it has ended. */
  readonly elapsedMs: number;
  /** How long the test will take as far as is known (drains lengthen it), in milliseconds. */
  readonly totalMs: number;
  /** The phases as they really ran so far. */
  readonly spans: readonly PhaseSpan[];
  /** Only ever the result of the run that is `done`. */
  readonly result: Result | undefined;
  /** Only while `failed`. */
  readonly error: RunError | undefined;
  /** The browser says that it has no network. */
  readonly offline: boolean;
  /** The signal that the test goes by at this moment; `undefined` before the first reply. */
  readonly activeSignal: 'udp' | 'websocket' | undefined;
  /** 1 for a real test; below 1 every phase is shortened by it and the page must say so. */
  readonly scale: number;
}

/** What the charts draw: mutable, appended to in order of time, bounded, emptied in place when a run starts. */
export interface LiveSeries {
  /** Round trips in milliseconds, by the time of sending. */
  readonly latency: {
    readonly udp: LivePoint[];
    readonly websocket: LivePoint[];
    readonly inFlow: LivePoint[];
  };
  /** Goodput in Mbit/s. */
  readonly throughput: {
    readonly download: LivePoint[];
    readonly upload: LivePoint[];
  };
}

export interface Runner {
  readonly state: ReadonlySignal<RunState>;
  readonly series: LiveSeries;
  /** Grows at most ten times a second, when `series` has grown. */
  readonly revision: ReadonlySignal<number>;
  /** Begins a run; does nothing while one is under way. */
  start(): void;
  /** Ends the run that is under way; does nothing otherwise. */
  stop(): void;
  /** Ends everything at once, for good. */
  dispose(): void;
}

export interface RunnerOptions {
  /** Where the page came from; every request goes there. */
  readonly base: URL;
  /** Factor on all durations, 0.02 to 1. */
  readonly scale: number;
}

/** The shortest test that `?scale=` may ask for; shorter ones have no sample in their windows. */
export const MIN_SCALE = 0.02;

/** Reads `?scale=` of an address: a number from 0.02 to 1; anything else is 1. */
export function scaleOf(address: URL): number {
  const scale = Number(address.searchParams.get('scale') ?? '1');
  return scale >= MIN_SCALE && scale <= 1 ? scale : 1;
}
