import { SupervisorError } from '../errors.ts';
import type { ChildExit } from '../events.ts';
import { failuresAfter, restartTimeMs } from './backoff.ts';
import { readyForMs } from './child.ts';
import { countRestart } from './intensity.ts';
import type { Child, CoreOptions, Effect } from './types.ts';

export interface ExitContext {
  readonly options: CoreOptions;
  /** The whole supervisor is going down. */
  readonly stopping: boolean;
  /** Earlier restarts that count against the same limit. */
  readonly recentRestartsMs: readonly number[];
}

export interface AfterExit {
  readonly child: Child;
  readonly effects: readonly Effect[];
  readonly recentRestartsMs: readonly number[];
  /** Starting or restarting this child does not work. */
  readonly failure?: SupervisorError;
}

/** Decides what becomes of a child whose leader has ended, and begins to clear away what the leader left behind. */
export function afterExit(child: Child, exit: ChildExit, nowMs: number, context: ExitContext): AfterExit {
  const { options, recentRestartsMs } = context;
  const drain: Effect = { type: 'drain', id: child.policy.id, run: child.run };
  const draining = { name: 'draining', untilMs: nowMs + options.drainMs } as const;
  const ended = { ...child, lastExit: exit, phase: draining };
  const at = (restartAtMs: number) => ({ ...draining, restartAtMs });

  if (context.stopping || child.removing || exit.cause === 'requested') {
    return { child: ended, effects: [drain], recentRestartsMs };
  }
  if (exit.cause === 'restart') {
    return { child: { ...ended, phase: at(nowMs) }, effects: [drain], recentRestartsMs };
  }
  const error = startError(child, exit);
  const answered = { ...ended, waiters: child.waiters.filter((waiter) => waiter.awaits !== 'ready') };
  const answers = child.waiters
    .filter((waiter) => waiter.awaits === 'ready')
    .map(({ request }): Effect => ({ type: 'reply', request, error }));
  if (!child.everReady) return { child: { ...ended, error }, effects: [drain], recentRestartsMs, failure: error };
  if (!wantsRestart(child, exit)) return { child: answered, effects: [drain, ...answers], recentRestartsMs };

  const restartsMs = countRestart(recentRestartsMs, nowMs, options.intensity);
  if (restartsMs === undefined) {
    const failure = new SupervisorError('ERR_SUPERVISOR_ESCALATED', { childId: child.policy.id, ...options.intensity });
    return { child: { ...answered, error: failure }, effects: [drain, ...answers], recentRestartsMs, failure };
  }
  const readyMs = readyForMs(child, nowMs);
  const failures = failuresAfter(child.failures, readyMs, options.backoff);
  const atMs = restartTimeMs({ startedMs: child.startedMs, readyMs, failures }, nowMs, options.backoff);
  const event = { type: 'child-restarting', id: child.policy.id, delayMs: atMs - nowMs, failures } as const;
  return {
    child: { ...answered, failures, restarts: child.restarts + 1, phase: at(atMs) },
    effects: [drain, ...answers, { type: 'emit', event }],
    recentRestartsMs: restartsMs,
  };
}

function wantsRestart(child: Child, exit: ChildExit): boolean {
  const clean = exit.cause === 'own' && exit.code === 0;
  return child.policy.restart === 'permanent' || (child.policy.restart === 'transient' && !clean);
}

function startError(child: Child, exit: ChildExit): SupervisorError {
  const { id, readyTimeoutMs } = child.policy;
  if (exit.cause === 'ready-timeout') {
    return new SupervisorError('ERR_CHILD_READY_TIMEOUT', { childId: id, readyTimeoutMs });
  }
  // Set when the supervisor knows more than the exit can tell: the spawn failed, or the channel was misused.
  if (child.error !== undefined) return child.error;
  return new SupervisorError('ERR_CHILD_EXITED_EARLY', { childId: id, code: exit.code, signal: exit.signal });
}
