import type { TrafficStream } from '@rowhouse/bufferbloat-protocol';
import { isUnitStream, messageBytesAt } from '@rowhouse/bufferbloat-engine';

/** Acknowledgements and text that a client may send besides its traffic, per second. */
const OTHER_MESSAGES_PER_S = 120;
/** A line that was stuck delivers at once what a client of ours had on its way: several seconds of it. */
const BURST_S = 10;
/** Over what the profile says. */
const SLACK = 2;
const OTHER_BYTES_PER_S = 64 * 1024;

/** Bounds what one client may send: about twice its user's traffic, by number and by bytes. */
export class MessageBudget {
  readonly #messagesPerS: number;
  readonly #bytesPerS: number;
  #messages: number;
  #bytes: number;
  #atMs: number;

  /** @param streams those that the client sends */
  constructor(streams: readonly TrafficStream[], nowMs: number) {
    const perS = (stream: TrafficStream) =>
      isUnitStream(stream) ? stream.perS : (stream.mbps * 125_000) / messageBytesAt(stream.mbps);
    const sum = (of: (stream: TrafficStream) => number) => streams.reduce((total, stream) => total + of(stream), 0);
    this.#messagesPerS = SLACK * sum(perS) + OTHER_MESSAGES_PER_S;
    this.#bytesPerS = SLACK * sum(({ mbps }) => mbps * 125_000) + OTHER_BYTES_PER_S;
    this.#messages = BURST_S * this.#messagesPerS;
    this.#bytes = BURST_S * this.#bytesPerS;
    this.#atMs = nowMs;
  }

  /** @returns whether the client may send this */
  take(bytes: number, nowMs: number): boolean {
    const sinceS = Math.max(0, nowMs - this.#atMs) / 1000;
    this.#atMs = nowMs;
    this.#messages = Math.min(BURST_S * this.#messagesPerS, this.#messages + sinceS * this.#messagesPerS) - 1;
    this.#bytes = Math.min(BURST_S * this.#bytesPerS, this.#bytes + sinceS * this.#bytesPerS) - bytes;
    return this.#messages >= 0 && this.#bytes >= 0;
  }
}
