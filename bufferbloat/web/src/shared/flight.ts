import { Acknowledged } from '@rowhouse/bufferbloat-engine';

/** More than this behind the quiet line, and the way to the server is taken to be full, in milliseconds. */
const BEHIND_MS = 50;
/** At low rates single messages take longer than that; so many may always be on their way. */
const LEAST_MESSAGES = 2;

/**
 * What is on its way to the server. A browser's socket takes everything and hides its queue; acknowledgements show it.
 * They say what had arrived when they left: how late they come themselves is the other direction's matter.
 */
export class Flight {
  readonly #overdueMs: number;
  readonly #acknowledged = new Acknowledged();
  /** Messages that are not acknowledged, oldest first from `#oldest`: when each was sent, and bytes up to its end. */
  #sent: { readonly atMs: number; readonly bytes: number }[] = [];
  #oldest = 0;
  #sentBytes = 0;
  #asOfMs = Number.NEGATIVE_INFINITY;

  /** @param baseOneWayMs one way of the quiet line */
  constructor(baseOneWayMs: number) {
    this.#overdueMs = baseOneWayMs + BEHIND_MS;
  }

  /** Bytes of what has arrived. */
  get arrivedBytes(): number {
    return this.#acknowledged.bytes;
  }

  /** When that was so, in Unix milliseconds of the server's clock; -Infinity before the first acknowledgement. */
  get asOfMs(): number {
    return this.#asOfMs;
  }

  /** Whether the way is free, as far as is known. */
  get isFree(): boolean {
    const oldest = this.#sent[this.#oldest];
    const waiting = this.#sent.length - this.#oldest;
    return oldest === undefined || waiting <= LEAST_MESSAGES || oldest.atMs > this.#asOfMs - this.#overdueMs;
  }

  /** A message was handed to the socket at `atMs` of the server's clock. */
  sent(bytes: number, atMs: number): void {
    this.#sentBytes += bytes;
    this.#sent.push({ atMs, bytes: this.#sentBytes });
  }

  /** The server says that `ackBytes` had arrived at `asOfMs`; a count of what was never sent changes nothing. */
  acknowledge(ackBytes: number, asOfMs: number): void {
    if (!this.#acknowledged.note(ackBytes, this.#sentBytes)) return;
    this.#asOfMs = Math.max(this.#asOfMs, asOfMs);
    while ((this.#sent[this.#oldest]?.bytes ?? Infinity) <= this.#acknowledged.bytes) this.#oldest += 1;
    if (this.#oldest < 64) return;
    this.#sent = this.#sent.slice(this.#oldest);
    this.#oldest = 0;
  }
}
