/** Adds up how long the page was hidden: a hidden page is slowed down, and its result is less certain. */
export class HiddenTime {
  readonly #nowMs: () => number;
  #sumMs = 0;
  #sinceMs: number | undefined;

  constructor(nowMs: () => number, hidden: boolean) {
    this.#nowMs = nowMs;
    this.note(hidden);
  }

  note(hidden: boolean): void {
    const nowMs = this.#nowMs();
    if (this.#sinceMs !== undefined) this.#sumMs += nowMs - this.#sinceMs;
    this.#sinceMs = hidden ? nowMs : undefined;
  }

  /** Milliseconds so far. */
  totalMs(): number {
    return this.#sumMs + (this.#sinceMs === undefined ? 0 : this.#nowMs() - this.#sinceMs);
  }
}
