/** So many more busy seconds than calm ones, for a burst is no flood, and a calm second ends none. */
const SECONDS = 5;

/**
 * Tells when a process takes so much of a processor, for so long, that it must not go on before all others.
 *
 * @param usedUs what it has used of processors since it started, in microseconds
 * @param mostShare of a processor, 0 to 1
 * @returns what to call once a second; it returns `true` once, when the bound is passed
 */
export function watchProcessor(usedUs: () => number, mostShare: number): (nowMs: number) => boolean {
  let last: { readonly atMs: number; readonly usedUs: number } | undefined;
  let busySeconds = 0;
  let told = false;
  return (nowMs) => {
    const used = usedUs();
    const share = last && nowMs > last.atMs ? (used - last.usedUs) / ((nowMs - last.atMs) * 1000) : 0;
    last = { atMs: nowMs, usedUs: used };
    busySeconds = share > mostShare ? busySeconds + 1 : Math.max(0, busySeconds - 1);
    if (told || busySeconds < SECONDS) return false;
    told = true;
    return true;
  };
}
