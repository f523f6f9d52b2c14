const WINDOW_MS = 200;

/** The rate of one connection over the last full window of 200 ms. */
export class RateMeter {
  #windowFromMs: number;
  #windowBytes = 0;
  #rateMbps = 0;

  constructor(nowMs: number) {
    this.#windowFromMs = nowMs;
  }

  /** 0 until the first window is full. */
  get rateMbps(): number {
    return this.#rateMbps;
  }

  /** @returns whether `rateMbps` was measured anew */
  add(bytes: number, nowMs: number): boolean {
    this.#windowBytes += bytes;
    const elapsedMs = nowMs - this.#windowFromMs;
    if (elapsedMs < WINDOW_MS) return false;
    this.#rateMbps = (this.#windowBytes * 8) / elapsedMs / 1000;
    this.#windowFromMs = nowMs;
    this.#windowBytes = 0;
    return true;
  }
}
