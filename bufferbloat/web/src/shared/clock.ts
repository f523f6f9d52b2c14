/** Unix time in milliseconds with fractions: one clock for the page and all of its workers. */
export function nowMs(): number {
  return performance.timeOrigin + performance.now();
}

/**
 * When an event was made by the browser, on the same clock. For messages of a socket or a data channel this is 25 to 35
 * microseconds nearer to their arrival than a reading in the handler (neither sees through a blocked thread).
 */
export function eventMs(event: { readonly timeStamp: number }): number {
  return performance.timeOrigin + event.timeStamp;
}
