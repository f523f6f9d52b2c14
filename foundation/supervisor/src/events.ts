import type { SupervisorError } from './errors.ts';
import type { JsonValue } from './json.ts';

/** Why a running child is being ended. */
export type StopCause = 'requested' | 'restart' | 'ready-timeout' | 'unhealthy' | 'protocol';

/** How a run ended: by itself, or because of what the supervisor decided before. */
export interface ChildExit {
  readonly code: number | null;
  readonly signal: string | null;
  readonly cause: 'own' | StopCause;
}

/** Every change, in the order in which it happened. */
export type SupervisorEvent =
  | { readonly type: 'child-started'; readonly id: string; readonly pid: number }
  | { readonly type: 'child-start-failed'; readonly id: string; readonly error: SupervisorError }
  | { readonly type: 'child-ready'; readonly id: string; readonly startupMs: number; readonly details?: JsonValue }
  | { readonly type: 'child-report'; readonly id: string; readonly data: JsonValue }
  | { readonly type: 'child-output'; readonly id: string; readonly stream: 'stdout' | 'stderr'; readonly line: string }
  | { readonly type: 'child-unhealthy'; readonly id: string; readonly missedPings: number }
  | { readonly type: 'child-protocol-error'; readonly id: string; readonly reason: string }
  | { readonly type: 'child-stopping'; readonly id: string; readonly cause: StopCause }
  | { readonly type: 'child-killed'; readonly id: string; readonly cause: StopCause }
  | ({ readonly type: 'child-exited'; readonly id: string } & ChildExit)
  | { readonly type: 'child-restarting'; readonly id: string; readonly delayMs: number; readonly failures: number }
  | { readonly type: 'child-gave-up'; readonly id: string; readonly error: SupervisorError }
  | { readonly type: 'child-lost'; readonly id: string }
  | { readonly type: 'child-removed'; readonly id: string }
  | { readonly type: 'signal-refused'; readonly id: string; readonly signal: string; readonly reason: string }
  | { readonly type: 'supervisor-ready' }
  | { readonly type: 'supervisor-stopping'; readonly error?: SupervisorError }
  | { readonly type: 'escalated'; readonly id: string; readonly error: SupervisorError }
  | { readonly type: 'supervisor-stopped'; readonly error?: SupervisorError };
