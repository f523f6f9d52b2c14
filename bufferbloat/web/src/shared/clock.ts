/** By how much the browser's own origin may be off before it is given up, in milliseconds. */
const TOLERATED_MS = 5;
/** Longer than a tick of `Date.now`, so that one lies within. In milliseconds. */
const SAMPLED_MS = 1.5;

let originMs = performance.timeOrigin;

/** Unix time in milliseconds with fractions: one clock for the page and all of its workers. */
export function nowMs(): number {
  return originMs + performance.now();
}

/**
 * When an event was made by the browser, on the same clock. For messages of a socket or a data channel this is 25 to 35
 * microseconds nearer to their arrival than a reading in the handler (neither sees through a blocked thread).
 */
export function eventMs(event: { readonly timeStamp: number }): number {
  return originMs + event.timeStamp;
}

/**
 * Sets the clock by the system's. In many browsers `performance.now` stands while the machine sleeps, so that a page from
 * before would disagree with the server and with its own new workers. Every thread calls this when a test begins for it;
 * takes 1.5 ms.
 */
export function rebaseClock(): void {
  const measuredMs = measuredOriginMs(Date.now, () => performance.now());
  originMs = originOf(performance.timeOrigin, measuredMs);
}

/** The browser's own origin, which all of its threads share to the microsecond, unless it is wrong. Unix milliseconds. */
export function originOf(timeOriginMs: number, measuredMs: number): number {
  return Math.abs(measuredMs - timeOriginMs) > TOLERATED_MS ? measuredMs : timeOriginMs;
}

/**
 * When `elapsedMs` was 0, in Unix milliseconds. `unixMs` comes in whole milliseconds, rounded down, and the thread may be
 * held up between the two readings; both only make a difference too small, so that the largest is the right one.
 */
export function measuredOriginMs(unixMs: () => number, elapsedMs: () => number): number {
  const endMs = elapsedMs() + SAMPLED_MS;
  let largestMs = Number.NEGATIVE_INFINITY;
  for (let atMs = 0; atMs < endMs; ) {
    const unix = unixMs();
    atMs = elapsedMs();
    largestMs = Math.max(largestMs, unix - atMs);
  }
  return largestMs;
}
