import type { ByteTotal } from '../../shared/byte-series.ts';

/** A rate and when it was found, on the clock of the totals. */
export interface RateStep {
  readonly atMs: number;
  readonly mbps: number;
}

/** Turns a running total into rates over steps of at least `stepMs`: what charts draw and the conductor goes by. */
export class RateSteps {
  readonly #stepMs: number;
  #from: ByteTotal | undefined;

  constructor(stepMs: number) {
    this.#stepMs = stepMs;
  }

  /** The rate since the step before, when one is complete. A total that ran backwards begins anew. */
  add(total: ByteTotal): RateStep | undefined {
    const from = this.#from;
    if (!from || total.bytes < from.bytes || total.atMs < from.atMs) {
      this.#from = total;
      return undefined;
    }
    const lastedMs = total.atMs - from.atMs;
    if (lastedMs < this.#stepMs) return undefined;
    this.#from = total;
    return { atMs: total.atMs, mbps: ((total.bytes - from.bytes) * 8) / (lastedMs * 1000) };
  }
}
