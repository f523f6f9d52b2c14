import type { ChildPolicy } from '../src/child-spec.ts';
import type { CoreOptions, Effect } from '../src/core/types.ts';
import { SupervisorError } from '../src/errors.ts';
import type { SupervisorEvent } from '../src/events.ts';

/** A process as the outside world knows it. */
export interface RunView {
  readonly id: string;
  readonly run: number;
  readonly startedMs: number;
  saidReady: boolean;
  readyMs: number | undefined;
  /** A signal or message has been sent to it. */
  reached: boolean;
  asked: boolean;
  askedMs: number;
  killed: boolean;
  lost: boolean;
  exited: boolean;
  exitedMs: number;
  cleanExit: boolean;
  neverWas: boolean;
  drained: boolean;
  released: boolean;
  lastPing: number;
}

/** What must hold in every world, whatever fails, judged from the effects alone. */
export class FaultRules {
  /** Names of the events that occurred. */
  readonly seen = new Set<string>();
  private readonly options: CoreOptions;
  private readonly order: readonly string[];
  private readonly policies: ReadonlyMap<string, ChildPolicy>;
  private readonly runs: RunView[] = [];
  private readonly open = new Map<number, string>();
  private readonly restartsMs: number[] = [];
  private readonly announced = new Map<string, { dueMs: number; run: number }>();
  private readonly everReady = new Set<string>();
  private readonly cycled = new Set<string>();
  private readonly faulty = new Set<string>();
  private readonly removals = new Map<number, string>();
  private stopping = false;
  private ready = false;

  constructor(options: CoreOptions, policies: readonly ChildPolicy[]) {
    this.options = options;
    this.order = policies.map(({ id }) => id);
    this.policies = new Map(policies.map((policy) => [policy.id, policy]));
  }

  asked(request: number, type: string, id: string): void {
    this.open.set(request, type);
    if (type === 'restart') this.cycled.add(id);
    if (type === 'remove') this.removals.set(request, id);
  }

  unanswered(): number {
    return this.open.size;
  }

  unreleased(): readonly RunView[] {
    return this.runs.filter((run) => run.exited && !run.released);
  }

  living(): readonly RunView[] {
    return this.runs.filter((run) => !run.exited);
  }

  current(id: string): RunView | undefined {
    return this.runs.findLast((run) => run.id === id && !run.exited);
  }

  draining(id: string): RunView | undefined {
    return this.runs.findLast((run) => run.id === id && run.exited && !run.released);
  }

  lastRun(id: string): number {
    return this.runs.findLast((run) => run.id === id)?.run ?? 0;
  }

  spawnError(childId: string): SupervisorError {
    return new SupervisorError('ERR_CHILD_SPAWN', { childId, command: 'x', reason: 'ENOENT' });
  }

  require(truth: boolean, rule: string): asserts truth {
    if (!truth) throw new Error(`broken rule: ${rule}`);
  }

  check(effect: Effect, nowMs: number): void {
    switch (effect.type) {
      case 'spawn':
        return this.checkSpawn(effect.id, effect.run, nowMs);
      case 'send':
      case 'signal':
        return this.checkReach(effect, nowMs);
      case 'drain': {
        const run = this.find(effect.run);
        this.require(run.exited && !run.drained && !run.neverWas, 'only what has just ended is drained, once');
        run.drained = true;
        run.exitedMs = nowMs;
        return;
      }
      case 'release': {
        const run = this.find(effect.run);
        this.require(run.exited && !run.released, 'only what has ended is released, once');
        run.released = true;
        return;
      }
      case 'reply':
        this.removals.delete(effect.request);
        return this.require(this.open.delete(effect.request), 'a request is answered once');
      case 'emit':
        return this.checkEvent(effect.event, nowMs);
    }
  }

  private checkSpawn(id: string, run: number, nowMs: number): void {
    this.require(!this.stopping, 'nothing starts after the stop has begun');
    this.require(![...this.removals.values()].includes(id), 'what is being removed does not start again');
    const earlier = this.runs.filter((other) => other.id === id);
    this.require(
      earlier.every((other) => other.exited && other.released),
      'a child never has two processes',
    );
    this.require(
      this.runs.every((other) => other.run !== run),
      'runs are numbered once',
    );
    if (!this.ready && earlier.length === 0 && this.order.includes(id)) this.checkStartOrder(id);
    this.checkPause(id, earlier.at(-1), nowMs);
    this.runs.push({
      id,
      run,
      startedMs: nowMs,
      saidReady: false,
      readyMs: undefined,
      reached: false,
      asked: false,
      askedMs: Infinity,
      killed: false,
      lost: false,
      exited: false,
      exitedMs: Infinity,
      cleanExit: false,
      neverWas: false,
      drained: false,
      released: false,
      lastPing: 0,
    });
  }

  private checkStartOrder(id: string): void {
    for (const before of this.order.slice(0, this.order.indexOf(id))) {
      const last = this.runs.findLast((run) => run.id === before);
      const policy = this.policies.get(before)?.restart;
      const done = policy === 'temporary' || (policy === 'transient' && last?.cleanExit === true);
      const up = last !== undefined && (last.exited ? done && this.everReady.has(before) : last.readyMs !== undefined);
      this.require(up, 'a child starts only when those before it are ready');
    }
  }

  private checkPause(id: string, previous: RunView | undefined, nowMs: number): void {
    const due = this.announced.get(id);
    const byHand = this.cycled.delete(id);
    if (due === undefined || previous === undefined || byHand) return;
    this.announced.delete(id);
    this.require(nowMs >= due.dueMs, 'a restart waits for its backoff');
    const { minStartIntervalMs } = this.options.backoff;
    const wasReadyMs = previous.readyMs === undefined ? 0 : previous.exitedMs - previous.readyMs;
    this.require(
      wasReadyMs >= minStartIntervalMs || nowMs - previous.startedMs >= minStartIntervalMs,
      'starts keep their distance unless the child was ready for longer',
    );
  }

  private checkReach(effect: Extract<Effect, { type: 'send' | 'signal' }>, nowMs: number): void {
    const run = this.find(effect.run);
    this.require(!run.exited && run.id === effect.id, 'only a living process is reached');
    run.reached = true;
    if (effect.type === 'send') {
      if (effect.message.type === 'ping') {
        this.require(run.readyMs !== undefined && effect.message.id > run.lastPing, 'pings go to the ready, numbered');
        run.lastPing = effect.message.id;
      }
      if (effect.message.type === 'stop') [run.asked, run.askedMs] = [true, nowMs];
      return;
    }
    if (effect.signal === 'SIGTERM') return this.require(run.asked, 'SIGTERM goes with a request to stop');
    const waitedMs = nowMs - run.askedMs;
    const stopTimeoutMs = this.policies.get(run.id)?.stopTimeoutMs ?? 200;
    this.require(
      this.faulty.has(run.id) || waitedMs >= stopTimeoutMs,
      'SIGKILL only for the faulty or after the deadline',
    );
    run.killed = true;
  }

  private checkEvent(event: SupervisorEvent, nowMs: number): void {
    this.seen.add(event.type);
    if (event.type === 'child-ready') this.checkReady(event.id, nowMs);
    if (event.type === 'child-restarting') this.checkRestart(event, nowMs);
    if (event.type === 'child-exited') this.faulty.delete(event.id);
    if (event.type === 'child-killed' && (event.cause === 'unhealthy' || event.cause === 'protocol')) {
      this.faulty.add(event.id);
    }
    if (event.type === 'child-stopping' && event.cause === 'requested' && this.stopping) this.checkStopOrder(event.id);
    if (event.type === 'child-removed') {
      this.everReady.delete(event.id);
      this.announced.delete(event.id);
      this.cycled.delete(event.id);
    }
    if (event.type === 'child-lost') {
      const run = this.current(event.id);
      this.require(run?.killed === true, 'only what has been killed can be lost');
      run.lost = true;
    }
    if (event.type === 'supervisor-ready') this.ready = true;
    if (event.type === 'supervisor-stopping') {
      this.require(!this.stopping, 'the stop begins once');
      this.stopping = true;
    }
    if (event.type === 'supervisor-stopped') {
      this.require(
        this.living().every((run) => run.lost),
        'stopped means that nothing lives',
      );
      this.require(this.unreleased().length === 0, 'stopped means that nothing is held');
    }
  }

  private checkReady(id: string, nowMs: number): void {
    const run = this.current(id);
    this.require(run?.saidReady === true, 'ready is what the child says');
    run.readyMs ??= nowMs;
    this.everReady.add(id);
  }

  private checkStopOrder(id: string): void {
    const rank = (other: string): number => (this.order.includes(other) ? this.order.indexOf(other) : Infinity);
    const later = this.living().filter((run) => rank(run.id) > rank(id) && !run.lost);
    this.require(later.length === 0, 'children stop in reverse order');
  }

  private checkRestart(event: Extract<SupervisorEvent, { type: 'child-restarting' }>, nowMs: number): void {
    const { backoff, intensity } = this.options;
    const { id, delayMs, failures } = event;
    this.announced.set(id, { dueMs: nowMs + delayMs, run: this.lastRun(id) });
    this.cycled.delete(id);
    const least = failures <= 1 ? backoff.firstMs : Math.min(backoff.maxMs, backoff.baseMs * 2 ** (failures - 2));
    const most = Math.max(backoff.maxMs, backoff.minStartIntervalMs, backoff.firstMs);
    this.require(delayMs >= least && delayMs <= most, 'the backoff keeps its bounds');
    this.require(this.policies.get(id)?.restart !== 'temporary', 'a temporary child is not restarted');
    if (!this.order.includes(id)) return;
    this.restartsMs.push(nowMs);
    const recent = this.restartsMs.filter((atMs) => nowMs - atMs < intensity.periodMs);
    this.require(recent.length <= intensity.restarts, 'the restart intensity is kept');
  }

  private find(run: number): RunView {
    const found = this.runs.find((other) => other.run === run);
    this.require(found !== undefined, 'effects name a run that exists');
    return found;
  }
}
