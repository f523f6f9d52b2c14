import { SupervisorError } from '../errors.ts';
import { end, launch } from './child.ts';
import type { Child, CoreState, Effect } from './types.ts';

/** The supervisor after a change, and what has to be done about it. */
export type Turn = readonly [CoreState, readonly Effect[]];

/** Does whatever the state of all children together allows now: start the next, stop the next, declare the whole ready. */
export function settle(state: CoreState, nowMs: number): Turn {
  const [checked, lossEffects] = stopIfOneIsLost(state);
  const [moved, effects] = advance(checked, nowMs);
  const [cleared, removals] = clearRemoved(moved);
  return [cleared, [...lossEffects, ...effects, ...removals]];
}

/** Begins to stop everything; `error` says why when nobody asked for it. */
export function beginStopping(state: CoreState, error?: SupervisorError): Turn {
  const why = error === undefined ? {} : { error };
  const replies: Effect[] = [];
  const children = state.children.map((child) => {
    for (const { request, awaits } of child.waiters) {
      if (awaits === 'ready') replies.push({ type: 'reply', request, error: error ?? stopped(child.policy.id) });
    }
    return { ...child, waiters: child.waiters.filter((waiter) => waiter.awaits !== 'ready') };
  });
  return [
    { ...state, ...why, phase: 'stopping', children },
    [{ type: 'emit', event: { type: 'supervisor-stopping', ...why } }, ...replies],
  ];
}

function advance(state: CoreState, nowMs: number): Turn {
  switch (state.phase) {
    case 'starting':
      return finishStarting(launchDue(state, nowMs));
    case 'running':
      return launchDue(state, nowMs);
    case 'stopping':
      return finishStopping(stopNext(state, nowMs));
    case 'idle':
    case 'stopped':
      return [state, []];
  }
}

function launchDue(state: CoreState, nowMs: number): Turn {
  const effects: Effect[] = [];
  let { runs } = state;
  let earlierAreUp = true;
  const children = state.children.map((child) => {
    const due =
      (child.phase.name === 'waiting' && (earlierAreUp || child.dynamic)) ||
      (child.phase.name === 'backoff' && child.phase.untilMs <= nowMs);
    earlierAreUp &&= child.dynamic || isUp(child) || state.phase === 'running';
    if (!due) return child;
    runs += 1;
    const [launched, more] = launch(child, runs, nowMs);
    effects.push(...more);
    return launched;
  });
  return effects.length === 0 ? [state, []] : [{ ...state, runs, children }, effects];
}

function finishStarting([state, effects]: Turn): Turn {
  if (!state.children.every((child) => child.dynamic || isUp(child))) return [state, effects];
  const { startRequest, ...rest } = state;
  const replies = startRequest === undefined ? [] : [{ type: 'reply', request: startRequest } as const];
  return [
    { ...rest, phase: 'running' },
    [...effects, { type: 'emit', event: { type: 'supervisor-ready' } }, ...replies],
  ];
}

/** Ready, or a job that has been ready and is done. */
function isUp({ phase, everReady }: Child): boolean {
  return phase.name === 'ready' || (phase.name === 'stopped' && !phase.lost && everReady);
}

/** Children without a process are down at once; of the others the dynamic ones go first, then the last, one by one. */
function stopNext(state: CoreState, nowMs: number): Turn {
  const live = state.children.filter(({ phase }) => !['waiting', 'backoff', 'stopped'].includes(phase.name));
  const dynamic = live.filter((child) => child.dynamic);
  const next = new Set(dynamic.length > 0 ? dynamic : live.slice(-1));
  const effects: Effect[] = [];
  const children = state.children.map((child) => {
    if (live.includes(child) && !next.has(child)) return child;
    const [ended, more] = end(child, 'requested', nowMs);
    effects.push(...more);
    return ended;
  });
  return [{ ...state, children }, effects];
}

function finishStopping([state, effects]: Turn): Turn {
  if (!state.children.every(({ phase }) => phase.name === 'stopped')) return [state, effects];
  const { startRequest, stopRequests, error } = state;
  const replies: Effect[] = stopRequests.map((request) => ({ type: 'reply', request }));
  if (startRequest !== undefined) {
    replies.push({ type: 'reply', request: startRequest, error: error ?? stopped('start') });
  }
  const { startRequest: _answered, ...rest } = state;
  const event = { type: 'supervisor-stopped', ...(error === undefined ? {} : { error }) } as const;
  return [{ ...rest, phase: 'stopped', stopRequests: [] }, [...effects, { type: 'emit', event }, ...replies]];
}

/** A process that survives SIGKILL cannot be replaced, so what depends on it must not go on as if it could. */
function stopIfOneIsLost(state: CoreState): Turn {
  if (state.phase !== 'starting' && state.phase !== 'running') return [state, []];
  const lost = state.children.find((child) => isLost(child) && !child.dynamic && !child.removing);
  return lost === undefined ? [state, []] : beginStopping(state, lostError(lost));
}

/** Answers those who wait for a child that is gone, and forgets it if it was to be removed. */
function clearRemoved(state: CoreState): Turn {
  const effects: Effect[] = [];
  const children = state.children.flatMap((child) => {
    if (child.phase.name !== 'stopped') return [child];
    const remove = child.removing && !isLost(child);
    for (const { request, awaits } of child.waiters) {
      effects.push({ type: 'reply', request, ...answer(child, awaits) });
    }
    if (remove) effects.push({ type: 'emit', event: { type: 'child-removed', id: child.policy.id } });
    return remove ? [] : [child.waiters.length === 0 ? child : { ...child, waiters: [] }];
  });
  return effects.length === 0 ? [state, []] : [{ ...state, children }, effects];
}

function answer(child: Child, awaits: 'ready' | 'gone'): { error?: SupervisorError } {
  if (awaits === 'gone') return isLost(child) ? { error: lostError(child) } : {};
  const removed = new SupervisorError('ERR_CHILD_REMOVED', { childId: child.policy.id });
  return { error: child.error ?? (isLost(child) ? lostError(child) : removed) };
}

function isLost({ phase }: Child): boolean {
  return phase.name === 'stopped' && phase.lost;
}

function lostError({ policy }: Child): SupervisorError {
  return new SupervisorError('ERR_CHILD_LOST', { childId: policy.id });
}

function stopped(operation: string): SupervisorError {
  return new SupervisorError('ERR_SUPERVISOR_STOPPED', { operation });
}
