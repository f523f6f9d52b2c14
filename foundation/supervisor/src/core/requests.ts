import type { ChildPolicy } from '../child-spec.ts';
import { SupervisorError, type SupervisorErrorCode } from '../errors.ts';
import { cycle, end } from './child.ts';
import { beginStopping, type Turn } from './order.ts';
import type { Child, CoreState, Waiter } from './types.ts';

export function newChild(policy: ChildPolicy, dynamic: boolean): Child {
  return {
    policy,
    dynamic,
    phase: { name: 'waiting' },
    run: 0,
    startedMs: 0,
    everReady: false,
    failures: 0,
    restarts: 0,
    recentRestartsMs: [],
    removing: false,
    waiters: [],
  };
}

export function requestStart(state: CoreState, request: number): Turn {
  if (state.phase !== 'idle') return refuseState(state, request, 'start');
  return [{ ...state, phase: 'starting', startRequest: request }, []];
}

/** Stopping is always possible and may be asked for any number of times. */
export function requestStop(state: CoreState, request: number): Turn {
  if (state.phase === 'stopped') return [state, [{ type: 'reply', request }]];
  const waiting = { ...state, stopRequests: [...state.stopRequests, request] };
  return state.phase === 'stopping' ? [waiting, []] : beginStopping(waiting);
}

export function requestAdd(state: CoreState, request: number, policy: ChildPolicy): Turn {
  if (state.phase !== 'starting' && state.phase !== 'running') return refuseState(state, request, `add "${policy.id}"`);
  if (find(state, policy.id) !== undefined) {
    return refuse(state, request, new SupervisorError('ERR_SUPERVISOR_DUPLICATE_ID', { childId: policy.id }));
  }
  const child = { ...newChild(policy, true), waiters: [{ request, awaits: 'ready' } as const] };
  return [{ ...state, children: [...state.children, child] }, []];
}

export function requestRemove(state: CoreState, request: number, id: string, nowMs: number): Turn {
  return withChild(state, request, id, 'remove', (child) => {
    const [ended, effects] = end(child, 'requested', nowMs);
    return [replace(state, { ...addWaiter(ended, { request, awaits: 'gone' }), removing: true }), effects];
  });
}

export function requestRestart(state: CoreState, request: number, id: string, nowMs: number): Turn {
  return withChild(state, request, id, 'restart', (child) => {
    if (child.removing) return refuse(state, request, childError('ERR_CHILD_REMOVED', id));
    if (child.phase.name === 'stopped' && child.phase.lost) {
      return refuse(state, request, childError('ERR_CHILD_LOST', id));
    }
    const [cycled, effects] = cycle(child, nowMs);
    return [replace(state, addWaiter(cycled, { request, awaits: 'ready' })), effects];
  });
}

export function replace(state: CoreState, child: Child): CoreState {
  return { ...state, children: state.children.map((other) => (other.policy.id === child.policy.id ? child : other)) };
}

export function find(state: CoreState, id: string): Child | undefined {
  return state.children.find((child) => child.policy.id === id);
}

function withChild(
  state: CoreState,
  request: number,
  id: string,
  operation: string,
  then: (child: Child) => Turn,
): Turn {
  if (state.phase !== 'running') return refuseState(state, request, `${operation} "${id}"`);
  const child = find(state, id);
  return child === undefined ? refuse(state, request, childError('ERR_SUPERVISOR_UNKNOWN_ID', id)) : then(child);
}

function addWaiter(child: Child, waiter: Waiter): Child {
  return { ...child, waiters: [...child.waiters, waiter] };
}

function refuseState(state: CoreState, request: number, operation: string): Turn {
  return refuse(state, request, new SupervisorError('ERR_SUPERVISOR_STATE', { operation, state: state.phase }));
}

function refuse(state: CoreState, request: number, error: SupervisorError): Turn {
  return [state, [{ type: 'reply', request, error }]];
}

type ChildErrorCode = Extract<
  SupervisorErrorCode,
  'ERR_CHILD_REMOVED' | 'ERR_CHILD_LOST' | 'ERR_SUPERVISOR_UNKNOWN_ID'
>;

function childError(code: ChildErrorCode, childId: string): SupervisorError {
  return new SupervisorError(code, { childId });
}
