import { nowMs } from '../../shared/clock.ts';
import { SESSION_LIMITS, StreamRegistry } from '../../shared/registry.ts';
import { RunFailure, runError } from './failures.ts';
import { HiddenTime } from './hidden-time.ts';
import type { RunError } from './state.ts';

/** An offline spell that lasts longer ends the test; a shorter one is a gap. In milliseconds. */
const OFFLINE_MS = 3000;
/** A metronome that is silent for longer has stopped: the machine slept, or the browser froze the page. In milliseconds. */
const PULSE_SILENCE_MS = 10_000;

/** How a run ended; `done` is what it was for. */
export type RunEnd<Result> =
  | { readonly status: 'done'; readonly result: Result }
  | { readonly status: 'stopped' }
  | { readonly status: 'failed'; readonly error: RunError };

/** What a run has open, as far as its end needs it. */
export interface Workers {
  /** Has every worker cancel what outlived its limits. */
  census(): void;
  /** Ends every worker; returns what had to be ended by force. */
  close(): Promise<readonly string[]>;
}

/** Thrown through a run by `stop`. */
const STOPPED = Symbol('stopped');

/** From a run's first stream to its last: everything that can end it before its time, and what it leaves, which is nothing. */
export class Lifetime {
  readonly registry = new StreamRegistry(nowMs);
  readonly #over: Promise<never>;
  #reject: (reason: unknown) => void = () => {};
  #isOver = false;
  #workers: Workers | undefined;
  #hidden: HiddenTime | undefined;
  #pulseMs = 0;
  #offlineTimer: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    this.#over = new Promise((_resolve, reject) => {
      this.#reject = reject;
    });
    this.#over.catch(() => {}); // It may end while nobody is waiting.
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /** How long the page has been hidden since `watchHidden`, in milliseconds. */
  get hiddenMs(): number {
    return this.#hidden?.totalMs() ?? 0;
  }

  /** Runs `measure` to its end and cleans up, whatever that end is. Never throws. */
  async run<Result>(measure: () => Promise<Result>, onStopping: () => void): Promise<RunEnd<Result>> {
    let end: RunEnd<Result>;
    try {
      end = { status: 'done', result: await measure() };
    } catch (thrown) {
      // A fault of ours: the browser's console is to show it with its stack.
      if (thrown !== STOPPED && !(thrown instanceof RunFailure)) reportError(thrown);
      end = thrown === STOPPED ? { status: 'stopped' } : { status: 'failed', error: runError(thrown) };
    }
    this.#isOver = true;
    onStopping();
    await this.#cleanUp();
    return end;
  }

  /** Waits for `step`, or throws when the run ends before. */
  during<T>(step: Promise<T>): Promise<T> {
    return Promise.race([step, this.#over]);
  }

  stop(): void {
    this.#end(STOPPED);
  }

  /** Ends everything in this turn of the event loop: the page goes away. */
  abandon(): void {
    this.#end(STOPPED);
    clearTimeout(this.#offlineTimer);
    this.registry.cancelAll('the page goes away');
  }

  /** Without a network every failure has the same cause. */
  fail(thrown: unknown): void {
    this.#end(navigator.onLine ? thrown : new RunFailure('offline'));
  }

  /** What comes in after the end is dropped; what goes wrong in here ends the run. */
  guarded(handle: () => void): void {
    if (this.#isOver) return;
    try {
      handle();
    } catch (thrown) {
      this.fail(thrown);
    }
  }

  setHidden(hidden: boolean): void {
    this.#hidden?.note(hidden);
  }

  setOffline(offline: boolean): void {
    clearTimeout(this.#offlineTimer);
    if (offline && !this.#isOver)
      this.#offlineTimer = setTimeout(() => this.fail(new RunFailure('offline')), OFFLINE_MS);
  }

  /** From now on hidden time counts. */
  watchHidden(): void {
    this.#hidden = new HiddenTime(nowMs, document.hidden);
  }

  /** The metronome beat. */
  pulse(atMs: number): void {
    this.#pulseMs = atMs;
  }

  /** From now on looks for orphans and for a metronome that has stopped; `workers` are asked for theirs and ended at the end. */
  watch(workers: Workers): void {
    this.#workers = workers;
    this.#pulseMs = nowMs();
    const timer = setInterval(() => {
      stream.touch();
      if (nowMs() - this.#pulseMs > PULSE_SILENCE_MS) return this.fail(new RunFailure('interrupted'));
      if (this.registry.cancelExpired().length > 0) return this.fail(new RunFailure('time-limit'));
      return workers.census();
    }, SESSION_LIMITS.orphanCheckMs);
    const end = (): void => {
      clearInterval(timer);
      stream.release();
    };
    const stream = this.registry.open({ kind: 'timer', label: 'orphan check', cancel: end });
  }

  /** Ends the run with `failure()` when nothing has called what this returns within `withinMs`. */
  deadline(label: string, withinMs: number, failure: () => RunFailure): () => void {
    const timer = setTimeout(() => this.fail(failure()), withinMs);
    const end = (): void => {
      clearTimeout(timer);
      stream.release();
    };
    const stream = this.registry.open({ kind: 'timer', label, cancel: end });
    return end;
  }

  #end(reason: unknown): void {
    this.#isOver = true;
    this.#reject(reason);
  }

  /** Ends everything in good order; whatever has not gone by then goes at once. */
  async #cleanUp(): Promise<void> {
    clearTimeout(this.#offlineTimer);
    const forced = (await this.#workers?.close()) ?? [];
    if (forced.length > 0) reportError(new Error(`ended by force: ${forced.join(', ')}`));
    this.registry.cancelAll('the test has ended');
  }
}
