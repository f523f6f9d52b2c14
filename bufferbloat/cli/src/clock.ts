/** Unix time in milliseconds with fractions, from a clock that does not step. */
export function unixNowMs(): number {
  return performance.timeOrigin + performance.now();
}
