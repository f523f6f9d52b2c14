/** A running total of bytes at a moment (milliseconds on any one clock). */
export interface ByteTotal {
  readonly atMs: number;
  readonly bytes: number;
}

/** How long totals are kept for rates, in milliseconds. */
const KEPT_MS = 10_000;

/** The last seconds of a running total, for rates. Totals that go back in time or in bytes are not taken. */
export class ByteSeries {
  readonly #totals: ByteTotal[] = [];

  /** When the newest total stood; -Infinity before the first. */
  get newestMs(): number {
    return this.#totals.at(-1)?.atMs ?? Number.NEGATIVE_INFINITY;
  }

  /** Returns whether it was taken. */
  add(total: ByteTotal): boolean {
    const last = this.#totals.at(-1);
    if (last && (total.atMs <= last.atMs || total.bytes < last.bytes)) return false;
    this.#totals.push(total);
    while ((this.#totals[1]?.atMs ?? Infinity) < total.atMs - KEPT_MS) this.#totals.shift();
    return true;
  }

  /**
   * Mean rate in Mbit/s over the last `windowMs` before the newest total; `undefined` until the totals reach back that far.
   */
  rateMbps(windowMs: number): number | undefined {
    const newest = this.#totals.at(-1);
    if (!newest) return undefined;
    const from = this.#totals.findLast((total) => total.atMs <= newest.atMs - windowMs);
    if (!from) return undefined;
    return ((newest.bytes - from.bytes) * 8) / ((newest.atMs - from.atMs) * 1000);
  }
}
