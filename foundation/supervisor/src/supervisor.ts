import { type ChildSpec, requireCount, requireDuration, validateChildSpec } from './child-spec.ts';
import { type Clock, systemClock } from './clock.ts';
import { type BackoffOptions, defaultBackoff } from './core/backoff.ts';
import type { RestartIntensity } from './core/intensity.ts';
import { find } from './core/requests.ts';
import { initialState, step } from './core/step.ts';
import type { CoreEvent, Effect } from './core/types.ts';
import { nextWakeMs } from './core/wake.ts';
import { SupervisorError } from './errors.ts';
import type { SupervisorEvent } from './events.ts';
import type { JsonValue } from './json.ts';
import { createProcessTable } from './process-table.ts';
import { createRegistry, type ProcessRegistry, type RegistryLimits } from './registry.ts';
import { createRunner } from './runner.ts';
import { createSafeSignal, type SafeSignal } from './safe-signal.ts';
import { type ChildStatus, childStatus } from './status.ts';

/** A group that has got SIGKILL is gone within milliseconds; what holds a pipe longer has left the group. */
const drainMs = 250;
const lostAfterMs = 2_000;

export interface SupervisorOptions {
  /** Started in this order, stopped in reverse. */
  readonly children: readonly ChildSpec[];
  /** One restart more than this stops everything; a child added later only gives up by itself. */
  readonly intensity: RestartIntensity;
  readonly backoff?: Partial<BackoffOptions>;
  readonly limits?: RegistryLimits;
  readonly clock?: Clock;
  readonly onEvent: (event: SupervisorEvent) => void;
}

export interface Supervisor {
  /**
   * Starts the children one after the other and resolves when all are ready. A child that ends or stays silent before
   * its first "ready" is not retried: everything is stopped again and the promise rejects with ERR_CHILD_EXITED_EARLY,
   * ERR_CHILD_READY_TIMEOUT, ERR_CHILD_SPAWN, ERR_CHILD_PROTOCOL or ERR_REGISTRY_LIMIT.
   */
  start(): Promise<void>;
  /** Stops everything in reverse order; resolves when all is down, at any time, however often it is called. */
  stop(): Promise<void>;
  /** Ends every child with its group now; without a stop before it they are started again. */
  kill(): void;
  /** Ends the child if it runs and resolves when it is ready again. Does not count as a failure. */
  restart(id: string): Promise<void>;
  /**
   * Starts one more child at once, beside those that are still starting, and resolves when it is ready; one that fails
   * before that is removed again.
   */
  add(spec: ChildSpec): Promise<void>;
  /** Stops the child for good and forgets it. */
  remove(id: string): Promise<void>;
  /** Says something to a child that runs. @returns whether there is such a one; what it makes of it is its business */
  tell(id: string, data: JsonValue): boolean;
  status(): readonly ChildStatus[];
  readonly registry: ProcessRegistry;
  /** For registered processes only, and with every check: see `SafeSignal`. */
  readonly safeSignal: SafeSignal;
}

/** Throws ERR_SUPERVISOR_OPTION or ERR_SUPERVISOR_DUPLICATE_ID; starts nothing yet. */
export function createSupervisor(options: SupervisorOptions): Supervisor {
  const { clock = systemClock, onEvent } = options;
  const backoff = { ...defaultBackoff, ...options.backoff };
  const specs = collectSpecs(options.children);
  validateTiming(options.intensity, backoff);

  const table = createProcessTable();
  const registry = createRegistry({ limits: options.limits ?? {}, table, clock });
  const safeSignal = createSafeSignal({ registry, table });
  const requests = new Map<number, { resolve(): void; reject(error: Error): void }>();
  const queue: CoreEvent[] = [];
  let state = initialState(options.children, { intensity: options.intensity, backoff, drainMs, lostAfterMs });
  let requestCount = 0;
  let busy = false;
  let cancelWake = (): void => undefined;

  const emit = (event: SupervisorEvent): void => {
    if (event.type === 'child-removed') specs.delete(event.id);
    try {
      onEvent(event);
    } catch (error) {
      // The listener's mistake is reported like any uncaught one, but must not leave a child half supervised.
      queueMicrotask(() => {
        throw error;
      });
    }
  };

  // The one control loop: all that happens passes through here, one event after the other.
  const dispatch = (event: CoreEvent): void => {
    queue.push(event);
    if (busy) return;
    busy = true;
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      const [after, effects] = step(state, next, clock.nowMs());
      state = after;
      for (const effect of effects) execute(effect);
    }
    busy = false;
    scheduleWake();
  };

  const runner = createRunner({ registry, safeSignal, clock, tell: dispatch, emit });

  const execute = (effect: Effect): void => {
    switch (effect.type) {
      case 'spawn': {
        const spec = specs.get(effect.id);
        return spec && runner.spawn(spec, effect.run);
      }
      case 'send':
        return runner.send(effect.run, effect.message);
      case 'signal':
        return runner.signal(effect.run, effect.signal);
      case 'drain':
        return runner.drain(effect.run);
      case 'release':
        return runner.release(effect.run);
      case 'reply':
        return reply(effect.request, effect.error);
      case 'emit':
        return emit(effect.event);
    }
  };

  const scheduleWake = (): void => {
    cancelWake();
    const wakeMs = nextWakeMs(state);
    if (wakeMs === undefined) return;
    cancelWake = clock.after(Math.max(0, Math.ceil(wakeMs - clock.nowMs())), () => dispatch({ type: 'tick' }));
  };

  const reply = (request: number, error: Error | undefined): void => {
    const waiting = requests.get(request);
    requests.delete(request);
    if (error === undefined) waiting?.resolve();
    else waiting?.reject(error);
  };

  const ask = async (question: (request: number) => CoreEvent): Promise<void> =>
    new Promise((resolve, reject) => {
      requestCount += 1;
      requests.set(requestCount, { resolve, reject });
      dispatch(question(requestCount));
    });

  const status = (): readonly ChildStatus[] =>
    state.children.flatMap((child) => {
      const spec = specs.get(child.policy.id);
      return spec === undefined ? [] : [childStatus(child, spec, runner, clock)];
    });

  return {
    registry,
    safeSignal,
    start: async () => ask((request) => ({ type: 'start', request })),
    stop: async () => ask((request) => ({ type: 'stop', request })),
    kill() {
      for (const { pid } of status()) if (pid !== undefined) safeSignal(pid, 'SIGKILL', 'group');
    },
    restart: async (id) => ask((request) => ({ type: 'restart', request, id })),
    remove: async (id) => ask((request) => ({ type: 'remove', request, id })),
    async add(spec) {
      validateChildSpec(spec);
      requireNewId(specs, spec.id);
      specs.set(spec.id, spec);
      try {
        await ask((request) => ({ type: 'add', request, policy: spec }));
      } finally {
        if (find(state, spec.id) === undefined) specs.delete(spec.id);
      }
    },
    tell(id, data) {
      const child = find(state, id);
      const runs = child?.phase.name === 'starting' || child?.phase.name === 'ready';
      if (child !== undefined && runs) runner.send(child.run, { type: 'tell', data });
      return runs;
    },
    status,
  };
}

function collectSpecs(children: readonly ChildSpec[]): Map<string, ChildSpec> {
  const specs = new Map<string, ChildSpec>();
  for (const spec of children) {
    validateChildSpec(spec);
    requireNewId(specs, spec.id);
    specs.set(spec.id, spec);
  }
  return specs;
}

function requireNewId(specs: ReadonlyMap<string, ChildSpec>, childId: string): void {
  if (specs.has(childId)) throw new SupervisorError('ERR_SUPERVISOR_DUPLICATE_ID', { childId });
}

function validateTiming(intensity: RestartIntensity, backoff: BackoffOptions): void {
  requireCount('intensity.restarts', intensity.restarts, 0);
  requireDuration('intensity.periodMs', intensity.periodMs);
  requireDuration('backoff.decayMs', backoff.decayMs);
  requireDuration('backoff.baseMs', backoff.baseMs);
  requireDuration('backoff.maxMs', backoff.maxMs);
  requireCount('backoff.firstMs', backoff.firstMs, 0);
  requireCount('backoff.minStartIntervalMs', backoff.minStartIntervalMs, 0);
}
