/** How long to wait before a restart. */
export interface BackoffOptions {
  /** Delay after the first failure. Default 0: whoever was fine until now is brought back at once. */
  readonly firstMs: number;
  /** Delay after the second failure in a row; it doubles with each further one. Default 500. */
  readonly baseMs: number;
  /** The longest delay. Default 30,000. */
  readonly maxMs: number;
  /** Each such stretch of being ready forgives one failure. Default 1,000. */
  readonly decayMs: number;
  /** Least time from start to start, for a run that was not ready that long. Default 1,000. */
  readonly minStartIntervalMs: number;
}

export const defaultBackoff: BackoffOptions = {
  firstMs: 0,
  baseMs: 500,
  maxMs: 30_000,
  decayMs: 1_000,
  minStartIntervalMs: 1_000,
};

/** Failures in a row, counting the one that ended a run that had been ready for `readyMs`. */
export function failuresAfter(previous: number, readyMs: number, options: BackoffOptions): number {
  return Math.max(0, previous - Math.floor(readyMs / options.decayMs)) + 1;
}

/** When the child that has just ended may start again, on the clock of `nowMs`. */
export function restartTimeMs(
  run: { readonly startedMs: number; readonly readyMs: number; readonly failures: number },
  nowMs: number,
  options: BackoffOptions,
): number {
  const { firstMs, baseMs, maxMs, minStartIntervalMs } = options;
  const delayMs = run.failures <= 1 ? firstMs : Math.min(maxMs, baseMs * 2 ** (run.failures - 2));
  const earliestMs = run.readyMs >= minStartIntervalMs ? nowMs : run.startedMs + minStartIntervalMs;
  return Math.max(nowMs + delayMs, earliestMs);
}
