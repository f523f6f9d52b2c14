/** How far back the bounds of the offset reach, in milliseconds. */
const WINDOW_MS = 10_000;
const BUCKET_MS = 1000;

interface Bucket {
  readonly fromMs: number;
  leastMs: number;
  mostMs: number;
}

/**
 * Follows the server's clock through a test, from the offset that was found on the quiet line. Every probe bounds the
 * offset from both sides: neither of its ways was shorter than on the quiet line. A queue in one direction widens only
 * that direction's bound, so that the offset never moves because of a queue, and still moves when the clocks drift.
 */
export class ClockFollower {
  readonly #oneWayMs: number;
  #offsetMs: number;
  #buckets: Bucket[] = [];

  /**
   * @param offsetMs the server's clock minus ours, on the quiet line
   * @param oneWayMs half of the quiet line's least round trip
   */
  constructor(offsetMs: number, oneWayMs: number) {
    this.#offsetMs = offsetMs;
    this.#oneWayMs = oneWayMs;
  }

  /** The server's clock minus ours in milliseconds. */
  get offsetMs(): number {
    return this.#offsetMs;
  }

  /** Takes a reply: sent and received by our clock, answered by the server's. Unix milliseconds. */
  note(sentMs: number, receivedMs: number, serverMs: number): void {
    const mostMs = serverMs - sentMs - this.#oneWayMs;
    const leastMs = serverMs - receivedMs + this.#oneWayMs;
    const newest = this.#buckets.at(-1);
    if (newest && receivedMs - newest.fromMs < BUCKET_MS) {
      newest.mostMs = Math.min(newest.mostMs, mostMs);
      newest.leastMs = Math.max(newest.leastMs, leastMs);
    } else {
      this.#buckets = this.#buckets.filter(({ fromMs }) => receivedMs - fromMs < WINDOW_MS);
      this.#buckets.push({ fromMs: receivedMs, mostMs, leastMs });
    }
    this.#follow();
  }

  #follow(): void {
    const most = Math.min(...this.#buckets.map(({ mostMs }) => mostMs));
    const least = Math.max(...this.#buckets.map(({ leastMs }) => leastMs));
    // Crossed bounds: the line has become a little faster than the baseline's fastest probe.
    if (least > most) this.#offsetMs = (least + most) / 2;
    else this.#offsetMs = Math.min(most, Math.max(least, this.#offsetMs));
  }
}
