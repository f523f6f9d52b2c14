import type { ChildPolicy } from '../child-spec.ts';
import { SupervisorError } from '../errors.ts';
import type { ChildExit } from '../events.ts';
import { becomeReady, finishDraining, killFaulty, type Move, takePong, tick } from './child.ts';
import { afterExit } from './exit.ts';
import { beginStopping, settle, type Turn } from './order.ts';
import {
  find,
  newChild,
  replace,
  requestAdd,
  requestRemove,
  requestRestart,
  requestStart,
  requestStop,
} from './requests.ts';
import type { Child, ChildEvent, CoreEvent, CoreOptions, CoreState } from './types.ts';

/** A supervisor at rest; children start in the order given. */
export function initialState(policies: readonly ChildPolicy[], options: CoreOptions): CoreState {
  return {
    options,
    phase: 'idle',
    children: policies.map((policy) => newChild(policy, false)),
    runs: 0,
    recentRestartsMs: [],
    stopRequests: [],
  };
}

/**
 * The whole of supervision as one pure function: what happened at `nowMs` (which never runs backwards) turns the state
 * into the next one and says what has to be done. Events of runs that are over change nothing.
 */
export function step(state: CoreState, event: CoreEvent, nowMs: number): Turn {
  const [handled, effects] = handle(state, event, nowMs);
  const [settled, more] = settle(handled, nowMs);
  return [settled, [...effects, ...more]];
}

function handle(state: CoreState, event: CoreEvent, nowMs: number): Turn {
  switch (event.type) {
    case 'start':
      return requestStart(state, event.request);
    case 'stop':
      return requestStop(state, event.request);
    case 'add':
      return requestAdd(state, event.request, event.policy);
    case 'remove':
      return requestRemove(state, event.request, event.id, nowMs);
    case 'restart':
      return requestRestart(state, event.request, event.id, nowMs);
    case 'tick':
      return tickAll(state, nowMs);
    case 'ready':
    case 'pong':
    case 'drained':
    case 'protocol-error':
    case 'exited':
    case 'spawn-failed':
      return handleChild(state, event, nowMs);
  }
}

function tickAll(state: CoreState, nowMs: number): Turn {
  const moves = state.children.map((child) => tick(child, nowMs, state.options));
  return [{ ...state, children: moves.map(([child]) => child) }, moves.flatMap(([, effects]) => effects)];
}

function handleChild(state: CoreState, event: ChildEvent, nowMs: number): Turn {
  const child = find(state, event.id);
  if (child === undefined || child.run !== event.run) return [state, []];
  const apply = ([next, effects]: Move): Turn => [replace(state, next), effects];
  switch (event.type) {
    case 'ready':
      return apply(becomeReady(child, event.details, nowMs));
    case 'pong':
      return apply(takePong(child, event.ping));
    case 'drained':
      return apply(finishDraining(child));
    case 'protocol-error':
      return apply(protocolError(child, event.reason, nowMs, state.options));
    case 'exited':
      return exited(state, child, event.code, event.signal, nowMs);
    case 'spawn-failed':
      return spawnFailed(state, child, event.error, nowMs);
  }
}

function protocolError(child: Child, reason: string, nowMs: number, options: CoreOptions): Move {
  const { id } = child.policy;
  const error = new SupervisorError('ERR_CHILD_PROTOCOL', { childId: id, reason });
  const [killed, effects] = killFaulty(child, 'protocol', nowMs, options);
  return [
    effects.length === 0 ? child : { ...killed, error },
    [{ type: 'emit', event: { type: 'child-protocol-error', id, reason } }, ...effects],
  ];
}

function spawnFailed(state: CoreState, child: Child, error: SupervisorError, nowMs: number): Turn {
  if (child.phase.name !== 'starting' && child.phase.name !== 'stopping') return [state, []];
  const { id } = child.policy;
  const [next, effects] = end(state, { ...child, error }, { code: null, signal: null, cause: causeOf(child) }, nowMs);
  // There never was a process, hence nothing to clear away.
  const drained = find(next, id);
  const [after, released] = drained === undefined ? [next, []] : moved(next, finishDraining(drained));
  return [
    after,
    [
      { type: 'emit', event: { type: 'child-start-failed', id, error } },
      ...effects.filter((effect) => effect.type !== 'drain'),
      ...released,
    ],
  ];
}

function exited(state: CoreState, child: Child, code: number | null, signal: string | null, nowMs: number): Turn {
  const { name } = child.phase;
  const wasLost = name === 'stopped' && child.phase.lost;
  if (name !== 'starting' && name !== 'ready' && name !== 'stopping' && !wasLost) return [state, []];
  const exit: ChildExit = { code, signal, cause: wasLost ? 'requested' : causeOf(child) };
  const [next, effects] = end(state, child, exit, nowMs);
  return [next, [{ type: 'emit', event: { type: 'child-exited', id: child.policy.id, ...exit } }, ...effects]];
}

function end(state: CoreState, child: Child, exit: ChildExit, nowMs: number): Turn {
  const { failure, ...after } = afterExit(child, exit, nowMs, {
    options: state.options,
    stopping: state.phase === 'stopping' || state.phase === 'stopped',
    recentRestartsMs: child.dynamic ? child.recentRestartsMs : state.recentRestartsMs,
  });
  const { id } = child.policy;
  const { error: _settled, ...rest } = after.child;
  const ended = failure === undefined ? rest : after.child;
  if (child.dynamic) {
    // One that never worked is not kept; one that wore out its restarts stays, to be seen and perhaps restarted by hand.
    const removing = ended.removing || (failure !== undefined && !child.everReady);
    const next = replace(state, { ...ended, removing, recentRestartsMs: after.recentRestartsMs });
    if (failure === undefined) return [next, after.effects];
    return [next, [...after.effects, { type: 'emit', event: { type: 'child-gave-up', id, error: failure } }]];
  }
  const next = { ...replace(state, ended), recentRestartsMs: after.recentRestartsMs };
  if (failure === undefined) return [next, after.effects];
  const [stopping, effects] = beginStopping(next, failure);
  const escalated = { type: 'emit', event: { type: 'escalated', id, error: failure } } as const;
  return [stopping, [...after.effects, ...(child.everReady ? [escalated] : []), ...effects]];
}

function moved(state: CoreState, [child, effects]: Move): Turn {
  return [replace(state, child), effects];
}

function causeOf(child: Child): ChildExit['cause'] {
  return child.phase.name === 'stopping' ? child.phase.cause : 'own';
}
