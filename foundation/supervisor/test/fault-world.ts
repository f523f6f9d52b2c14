import type { ChildPolicy } from '../src/child-spec.ts';
import type { CoreEvent, CoreOptions, CoreState } from '../src/core/types.ts';
import { initialState, step } from '../src/core/step.ts';
import { nextWakeMs } from '../src/core/wake.ts';
import { FaultRules, type RunView } from './fault-rules.ts';

export interface Scenario {
  readonly policies: readonly ChildPolicy[];
  readonly options: CoreOptions;
}

/** What processes do once everything is to stop. */
export type Manners = 'cooperative' | 'stubborn' | 'immortal';

/** An operating system made of numbers: it does what the core asks, fails as the script says, and watches the rules. */
export class FaultWorld {
  readonly rules: FaultRules;
  state: CoreState;
  nowMs = 0;
  private requests = 0;
  private readonly manners: Manners;

  constructor(scenario: Scenario, manners: Manners) {
    this.state = initialState(scenario.policies, scenario.options);
    this.rules = new FaultRules(scenario.options, scenario.policies);
    this.manners = manners;
  }

  /** Turns a script of bytes into faults: an operation, its child, its size. */
  play(script: Uint8Array): void {
    for (let at = 0; at + 2 < script.length; at += 3) {
      this.act((script[at] ?? 0) % 16, script[at + 1] ?? 0, script[at + 2] ?? 0);
    }
  }

  /** Asks for a stop and lets time pass; answers whether everything came to rest, and after how many ticks. */
  finish(): { readonly stopped: boolean; readonly ticks: number; readonly tookMs: number } {
    const beganMs = this.nowMs;
    this.ask('stop');
    let ticks = 0;
    for (; ticks < 300 && this.state.phase !== 'stopped'; ticks += 1) {
      this.obeySignals();
      this.passTime(nextWakeMs(this.state) ?? this.nowMs);
    }
    return { stopped: this.state.phase === 'stopped', ticks, tookMs: this.nowMs - beganMs };
  }

  private act(operation: number, which: number, size: number): void {
    const { children } = this.state;
    const id = children[which % Math.max(1, children.length)]?.policy.id ?? 'nobody';
    const run = this.rules.current(id);
    switch (operation) {
      case 0:
        return this.passTime(this.nowMs + size * 7);
      case 1:
      case 2:
        return this.passTime(Math.max(this.nowMs, nextWakeMs(this.state) ?? this.nowMs));
      case 3:
      case 4:
      case 5:
        return this.tellRun(run, 'ready');
      case 6:
        return this.tellRun(run, 'exit', size % 2);
      case 7:
        return this.tellRun(run, 'kill');
      case 8:
        return this.tellRun(run, 'pong', size % 4 === 0 ? size : undefined);
      case 9:
        return this.tellRun(this.rules.draining(id), 'drained');
      case 10:
        return this.tellRun(run, 'garbage');
      case 11:
        return this.ask('restart', id);
      case 12:
        return this.add(which, size);
      case 13:
        return size % 3 === 0 ? this.ask('remove', id) : this.passTime(this.nowMs + 1);
      case 14:
        return size % 8 === 0 ? this.ask('stop') : this.tellRun(run, 'spawn-failed');
      default:
        return this.stale(id, which, size);
    }
  }

  ask(type: 'start' | 'stop'): void;
  ask(type: 'restart' | 'remove', id: string): void;
  ask(type: 'start' | 'stop' | 'restart' | 'remove', id = ''): void {
    this.requests += 1;
    this.rules.asked(this.requests, type, id);
    this.dispatch(
      type === 'start' || type === 'stop' ? { type, request: this.requests } : { type, request: this.requests, id },
    );
  }

  private add(which: number, size: number): void {
    this.requests += 1;
    const restart = (['permanent', 'transient', 'temporary'] as const)[size % 3] ?? 'permanent';
    const policy = { id: `added-${which % 3}`, restart, readyTimeoutMs: 400, stopTimeoutMs: 200 };
    this.rules.asked(this.requests, 'add', policy.id);
    this.dispatch({ type: 'add', request: this.requests, policy });
  }

  /** Time passes, and the core's timer goes off if it is due. */
  private passTime(toMs: number): void {
    this.nowMs = toMs;
    this.dispatch({ type: 'tick' });
    const wakeMs = nextWakeMs(this.state);
    this.rules.require(wakeMs === undefined || wakeMs > this.nowMs, 'a tick leaves nothing that is due');
  }

  private tellRun(
    live: RunView | undefined,
    what: 'ready' | 'exit' | 'kill' | 'pong' | 'drained' | 'garbage' | 'spawn-failed',
    number?: number,
  ): void {
    if (live === undefined) return;
    const { id, run } = live;
    switch (what) {
      case 'ready':
        live.saidReady = true;
        return this.dispatch({ type: 'ready', id, run });
      case 'exit':
      case 'kill':
        live.exited = true;
        live.cleanExit = what === 'exit' && number === 0;
        return this.dispatch({
          type: 'exited',
          id,
          run,
          code: what === 'kill' ? null : (number ?? 0),
          signal: what === 'kill' ? 'SIGKILL' : null,
        });
      case 'pong':
        return this.dispatch({ type: 'pong', id, run, ping: number ?? live.lastPing });
      case 'drained':
        return this.dispatch({ type: 'drained', id, run });
      case 'garbage':
        return this.dispatch({ type: 'protocol-error', id, run, reason: 'garbage' });
      case 'spawn-failed':
        if (live.saidReady || live.reached) return;
        live.exited = true;
        live.neverWas = true;
        return this.dispatch({ type: 'spawn-failed', id, run, error: this.rules.spawnError(id) });
    }
  }

  /** Something from a run that is long over, or never was. */
  private stale(id: string, which: number, size: number): void {
    const run = this.rules.lastRun(id) - 1 - (which % 3);
    const events: readonly CoreEvent[] = [
      { type: 'ready', id, run },
      { type: 'exited', id, run, code: 1, signal: null },
      { type: 'drained', id, run },
      { type: 'protocol-error', id, run, reason: 'stale' },
      { type: 'pong', id, run, ping: 1 },
    ];
    const before = this.state.children.map((child) => child.phase.name).join();
    const event = events[size % events.length];
    if (event === undefined) return;
    this.dispatch(event);
    const after = this.state.children.map((child) => child.phase.name).join();
    this.rules.require(before === after, 'events of other runs change nothing');
  }

  private obeySignals(): void {
    for (const live of this.rules.living()) {
      if (this.manners === 'cooperative' && (live.asked || live.killed)) this.tellRun(live, 'exit', 0);
      if (this.manners === 'stubborn' && live.killed) this.tellRun(live, 'kill');
    }
  }

  private dispatch(event: CoreEvent): void {
    const [state, effects] = step(this.state, event, this.nowMs);
    this.state = state;
    for (const effect of effects) this.rules.check(effect, this.nowMs);
    const wakeMs = nextWakeMs(state) ?? Infinity;
    for (const { phase } of state.children) {
      const dueMs = 'untilMs' in phase ? phase.untilMs : 'deadlineMs' in phase ? phase.deadlineMs : Infinity;
      this.rules.require(wakeMs <= dueMs, 'the core is woken when something is due');
    }
  }
}
