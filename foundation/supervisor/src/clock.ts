/** Time as the library sees it; tests may bring their own. */
export interface Clock {
  /** Milliseconds that never jump or run backwards. */
  nowMs(): number;
  /** Wall-clock milliseconds since 1970, for people to read. */
  epochMs(): number;
  /** Calls `run` once after `delayMs`; the returned function cancels it. */
  after(delayMs: number, run: () => void): () => void;
}

export const systemClock: Clock = {
  nowMs: () => performance.now(),
  epochMs: () => Date.now(),
  after(delayMs, run) {
    const timer = setTimeout(run, delayMs);
    return () => clearTimeout(timer);
  },
};
