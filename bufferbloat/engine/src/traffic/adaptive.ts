import type { AdaptiveStep } from '@rowhouse/bufferbloat-protocol';

/** What bulk offers, and what the last round found that offer to be. */
export interface AdaptiveOffer {
  readonly offeredMbps: number;
  readonly state: AdaptiveStep['state'];
}

const ROUND_MS = 1000;
/** As much must arrive for the line to carry more, and less than this means that it is full. */
const ARRIVED = { all: 0.98, short: 0.95 } as const;
const GROWTH = 1.5;
/** Over what arrived: enough to keep the line full, too little to hide behind. */
const HOLD = 1.2;
/** Below it nothing would be learned any more. */
const LEAST_MBPS = 0.5;

/**
 * The offer after a round (requirement B14). A full line is offered a fifth more than it carries, round by round, and
 * if all of that arrives after all, growth goes on: the first second of a connection may look like a full line.
 */
export function nextOffer(offeredMbps: number, arrivedMbps: number, limitMbps: number): AdaptiveOffer {
  if (arrivedMbps < ARRIVED.short * offeredMbps) {
    const holdMbps = Math.min(limitMbps, Math.max(LEAST_MBPS, HOLD * arrivedMbps));
    return { offeredMbps: holdMbps, state: 'line-full' };
  }
  if (offeredMbps >= limitMbps) return { offeredMbps: limitMbps, state: 'limit' };
  if (arrivedMbps < ARRIVED.all * offeredMbps) return { offeredMbps, state: 'growing' };
  return { offeredMbps: Math.min(limitMbps, GROWTH * offeredMbps), state: 'growing' };
}

/**
 * Measures rounds of one second of sending by when their first and last byte arrived, and says what to offer next. A
 * round that waits for its acknowledgements goes on with the same offer.
 */
export class AdaptiveRounds {
  readonly #limitMbps: number;
  readonly #adaptive: boolean;
  #offer: AdaptiveOffer;
  #round = 0;
  #startedMs = Number.NaN;
  #fromBytes = 0;
  #toBytes: number | undefined;
  #fromMs: number | undefined;
  #ackMs: number;
  #ackBytes = 0;

  /**
   * @param offeredMbps to begin with
   * @param limitMbps grows up to this; `undefined`: the offer is fixed, and rounds only measure
   */
  constructor(offeredMbps: number, limitMbps: number | undefined, startMs: number) {
    this.#adaptive = limitMbps !== undefined;
    this.#limitMbps = limitMbps ?? offeredMbps;
    this.#offer = { offeredMbps, state: this.#adaptive ? 'growing' : 'fixed' };
    this.#ackMs = startMs;
  }

  get offeredMbps(): number {
    return this.#offer.offeredMbps;
  }

  /** Counts from 0. */
  get round(): number {
    return this.#round;
  }

  /**
   * Call for every acknowledgement.
   *
   * @param sentBytes handed to the socket so far
   * @param arrivedBytes of them arrived so far, by the acknowledgement that came at `nowMs`
   * @returns the step, when a round has ended; the offer may be another one from now on
   */
  note(nowMs: number, sentBytes: number, arrivedBytes: number): AdaptiveStep | undefined {
    if (Number.isNaN(this.#startedMs)) this.#begin(nowMs, sentBytes);
    if (this.#toBytes === undefined && nowMs - this.#startedMs >= ROUND_MS) this.#toBytes = sentBytes;
    const passedMs = (bytes: number): number => {
      const share = (bytes - this.#ackBytes) / (arrivedBytes - this.#ackBytes);
      return this.#ackMs + (nowMs - this.#ackMs) * (Number.isFinite(share) ? Math.max(0, share) : 1);
    };
    if (this.#fromMs === undefined && arrivedBytes >= this.#fromBytes) this.#fromMs = passedMs(this.#fromBytes);
    let step: AdaptiveStep | undefined;
    if (this.#fromMs !== undefined && this.#toBytes !== undefined && arrivedBytes >= this.#toBytes) {
      step = this.#end(nowMs, this.#toBytes - this.#fromBytes, passedMs(this.#toBytes) - this.#fromMs);
      this.#begin(nowMs, sentBytes);
    }
    this.#ackMs = nowMs;
    this.#ackBytes = arrivedBytes;
    return step;
  }

  #begin(nowMs: number, sentBytes: number): void {
    this.#startedMs = nowMs;
    this.#fromBytes = sentBytes;
    this.#fromMs = undefined;
    this.#toBytes = undefined;
  }

  #end(atMs: number, bytes: number, tookMs: number): AdaptiveStep {
    const { offeredMbps } = this.#offer;
    const arrivedMbps = tookMs > 0 ? bytes / 125 / tookMs : 0;
    if (this.#adaptive) this.#offer = nextOffer(offeredMbps, arrivedMbps, this.#limitMbps);
    this.#round += 1;
    return { atMs, offeredMbps, arrivedMbps, state: this.#offer.state };
  }
}
