/** Waits between attempts that fail, in milliseconds; they double from `firstMs` to `maxMs`. */
export interface BackoffLimits {
  readonly firstMs: number;
  readonly maxMs: number;
}

/** For sockets to a server whose restart takes less than a second: the first attempts are close together. */
export const SOCKET_BACKOFF: BackoffLimits = { firstMs: 50, maxMs: 1000 };

/** For load connections: a server that refuses must not be hammered. */
export const LOAD_BACKOFF: BackoffLimits = { firstMs: 100, maxMs: 2000 };

/**
 * The wait before attempt number `failures` + 1, in milliseconds; `random` is in [0, 1) and takes off up to a half, so
 * that many clients of a restarted server do not come back in step.
 */
export function backoffMs(failures: number, limits: BackoffLimits, random: number): number {
  const full = Math.min(limits.firstMs * 2 ** Math.max(0, failures - 1), limits.maxMs);
  return full * (1 - random / 2);
}
