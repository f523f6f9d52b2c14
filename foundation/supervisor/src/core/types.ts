import type { ChildPolicy } from '../child-spec.ts';
import type { SupervisorError } from '../errors.ts';
import type { ChildExit, StopCause, SupervisorEvent } from '../events.ts';
import type { JsonValue } from '../json.ts';
import type { ParentMessage } from '../messages.ts';
import type { BackoffOptions } from './backoff.ts';
import type { Probe } from './health.ts';
import type { RestartIntensity } from './intensity.ts';

export interface CoreOptions {
  readonly intensity: RestartIntensity;
  readonly backoff: BackoffOptions;
  /** How long the rest of a group and its pipes may outlive the leader before nobody waits for them any more. */
  readonly drainMs: number;
  /** How long a process may survive SIGKILL before it is declared lost. */
  readonly lostAfterMs: number;
}

export type ChildPhase =
  /** Its turn to start has not come. */
  | { readonly name: 'waiting' }
  | { readonly name: 'backoff'; readonly untilMs: number }
  | { readonly name: 'starting'; readonly deadlineMs: number }
  | { readonly name: 'ready'; readonly sinceMs: number; readonly probe?: Probe }
  /** Asked to end; at the deadline it is killed, and once killed, declared lost. */
  | {
      readonly name: 'stopping';
      readonly cause: StopCause;
      readonly readyMs: number;
      readonly deadlineMs: number;
      readonly killed: boolean;
    }
  /** The leader has ended; the rest of its group and its pipes are being cleared away. */
  | { readonly name: 'draining'; readonly untilMs: number; readonly restartAtMs?: number }
  /** Down, and nothing is going to start it. `lost`: SIGKILL did not end it. */
  | { readonly name: 'stopped'; readonly lost: boolean };

/** Someone waits for this child to be ready, or to be gone. */
export interface Waiter {
  readonly request: number;
  readonly awaits: 'ready' | 'gone';
}

export interface Child {
  readonly policy: ChildPolicy;
  /** Added after the start was asked for: starts at once, stops before all others, and fails alone. */
  readonly dynamic: boolean;
  readonly phase: ChildPhase;
  /** Number of its current or last run, unique over all children; 0 before the first. */
  readonly run: number;
  readonly startedMs: number;
  readonly everReady: boolean;
  /** In a row, as the backoff counts them. */
  readonly failures: number;
  readonly restarts: number;
  readonly recentRestartsMs: readonly number[];
  readonly removing: boolean;
  /** Why its first start, or its last run, failed. */
  readonly error?: SupervisorError;
  readonly lastExit?: ChildExit;
  readonly waiters: readonly Waiter[];
}

export interface CoreState {
  readonly options: CoreOptions;
  readonly phase: 'idle' | 'starting' | 'running' | 'stopping' | 'stopped';
  /** In start order, dynamic ones last. */
  readonly children: readonly Child[];
  readonly runs: number;
  readonly recentRestartsMs: readonly number[];
  readonly startRequest?: number;
  readonly stopRequests: readonly number[];
  /** Why everything is stopped when nobody asked for it. */
  readonly error?: SupervisorError;
}

/** What happens to the supervisor. Those with a `run` concern one process and are void once it is not the current one. */
export type CoreEvent =
  | { readonly type: 'start'; readonly request: number }
  | { readonly type: 'stop'; readonly request: number }
  | { readonly type: 'restart'; readonly request: number; readonly id: string }
  | { readonly type: 'add'; readonly request: number; readonly policy: ChildPolicy }
  | { readonly type: 'remove'; readonly request: number; readonly id: string }
  | { readonly type: 'tick' }
  | ChildEvent;

export type ChildEvent = { readonly id: string; readonly run: number } & (
  | { readonly type: 'spawn-failed'; readonly error: SupervisorError }
  | { readonly type: 'ready'; readonly details?: JsonValue }
  | { readonly type: 'pong'; readonly ping: number }
  | { readonly type: 'protocol-error'; readonly reason: string }
  | { readonly type: 'exited'; readonly code: number | null; readonly signal: string | null }
  | { readonly type: 'drained' }
);

/** What the runner has to do, in this order. */
export type Effect =
  | { readonly type: 'spawn'; readonly id: string; readonly run: number }
  | { readonly type: 'send'; readonly id: string; readonly run: number; readonly message: ParentMessage }
  /** Always to the whole group. */
  | { readonly type: 'signal'; readonly id: string; readonly run: number; readonly signal: 'SIGTERM' | 'SIGKILL' }
  /** The leader has ended: clear away the rest of its group, report `drained` once that and the pipes are gone. */
  | { readonly type: 'drain'; readonly id: string; readonly run: number }
  /** Let go of everything that belongs to this run. */
  | { readonly type: 'release'; readonly id: string; readonly run: number }
  | { readonly type: 'reply'; readonly request: number; readonly error?: SupervisorError }
  | { readonly type: 'emit'; readonly event: SupervisorEvent };
