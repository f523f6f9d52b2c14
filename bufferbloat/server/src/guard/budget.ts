const DAY_MS = 24 * 3_600_000;

/** How many bytes may be sent per 24 hours, counted from the start of the process. */
export class DailyBudget {
  readonly #limitBytes: number;
  readonly #nowMs: () => number;
  #windowFromMs: number;
  #usedBytes = 0;

  /** @param limitBytes 0: no limit */
  constructor(limitBytes: number, nowMs: () => number) {
    this.#limitBytes = limitBytes;
    this.#nowMs = nowMs;
    this.#windowFromMs = nowMs();
  }

  get usedBytes(): number {
    this.#roll();
    return this.#usedBytes;
  }

  /** Counts bytes. @returns whether the budget still held them */
  spend(bytes: number): boolean {
    if (this.#limitBytes === 0) return true;
    this.#roll();
    this.#usedBytes += bytes;
    return this.#usedBytes <= this.#limitBytes;
  }

  /** Seconds until something may be sent again; 0 now. */
  get waitS(): number {
    this.#roll();
    if (this.#limitBytes === 0 || this.#usedBytes < this.#limitBytes) return 0;
    return (this.#windowFromMs + DAY_MS - this.#nowMs()) / 1000;
  }

  #roll(): void {
    const days = Math.floor((this.#nowMs() - this.#windowFromMs) / DAY_MS);
    if (days === 0) return;
    this.#windowFromMs += days * DAY_MS;
    this.#usedBytes = 0;
  }
}
