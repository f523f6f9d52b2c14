/** Unix milliseconds at the zero of the host's monotonic clock, which all of its processes share. */
export const clockOriginNow = (): number => Date.now() - monotonicMs();

let originMs = clockOriginNow();

/**
 * Sets this process's clock by the launcher's. Each process's own idea of the zero would differ after a sleep of the
 * machine or a step of the system's clock, and a client takes the clocks of both programs to be one.
 */
export function setClockOrigin(clockOriginMs: number): void {
  originMs = clockOriginMs;
}

/** Unix time in milliseconds with fractions, from a clock that never jumps. */
export const unixNowMs = (): number => originMs + monotonicMs();

function monotonicMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}
