import { backoffMs, LOAD_BACKOFF } from '../shared/backoff.ts';
import type { LoadFailure } from '../shared/messages.ts';
import type { AttemptEnd } from './attempt.ts';

/** How long every connection of a direction may be failing before the test is given up, in milliseconds. */
export const ALL_FAILING_MS = 5000;

export interface LoadGroupOptions {
  /** Runs one request until it ends or the signal aborts it. */
  readonly attempt: (signal: AbortSignal) => Promise<AttemptEnd>;
  readonly nowMs: () => number;
  /** Calls back once after `delayMs`; returns what cancels it. */
  readonly after: (delayMs: number, run: () => void) => () => void;
  /** No connection has worked for `ALL_FAILING_MS`. */
  readonly onFailed: (failure: LoadFailure) => void;
}

interface Slot {
  readonly abort: AbortController;
  failing: boolean;
}

/** Keeps as many connections of one direction as it was told, each replaced when it ends. */
export class LoadGroup {
  readonly #options: LoadGroupOptions;
  readonly #slots: Slot[] = [];
  /** When the last connection that worked failed; `undefined` while one works. */
  #failingSinceMs: number | undefined;

  constructor(options: LoadGroupOptions) {
    this.#options = options;
  }

  get connections(): number {
    return this.#slots.length;
  }

  setTarget(connections: number): void {
    while (this.#slots.length > connections) this.#slots.pop()?.abort.abort();
    if (this.#slots.length === 0) this.#failingSinceMs = undefined;
    while (this.#slots.length < connections) {
      const slot: Slot = { abort: new AbortController(), failing: false };
      this.#slots.push(slot);
      void this.#keep(slot);
    }
  }

  async #keep(slot: Slot): Promise<void> {
    const { signal } = slot.abort;
    for (let failures = 0; !signal.aborted; ) {
      const end = await this.#options.attempt(signal);
      if (signal.aborted) return;
      slot.failing = !end.ok;
      if (end.ok) {
        failures = 0;
        this.#failingSinceMs = undefined;
        continue;
      }
      failures += 1;
      this.#noteFailure(end.failure);
      await this.#wait(backoffMs(failures, LOAD_BACKOFF, Math.random()), signal);
    }
  }

  #noteFailure(failure: LoadFailure): void {
    if (this.#slots.some((slot) => !slot.failing)) return;
    const nowMs = this.#options.nowMs();
    this.#failingSinceMs ??= nowMs;
    // Waiting does not make an expired token valid.
    if (failure.code === 'token-expired' || nowMs - this.#failingSinceMs >= ALL_FAILING_MS) {
      this.#options.onFailed(failure);
    }
  }

  #wait(delayMs: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.#options.after(delayMs, resolve);
      signal.addEventListener(
        'abort',
        () => {
          cancel();
          resolve();
        },
        { once: true },
      );
    });
  }
}
