import type { SegmentStream } from '@rowhouse/bufferbloat-protocol';

/**
 * A segment is in time if it is complete within this share of its period, and a quality fits a rate if its segment would
 * be: a fifth of the time is left for the rate to waver.
 */
const IN_TIME_SHARE = 0.8;
/** Segments in time in a row before the next better quality is tried. */
const STREAK = 2;

/**
 * Which quality a player wants next. Every segment is judged once: in time if it is complete within four fifths of the
 * period that it was due in. One that is late steps down at once, without waiting for its end, to the best quality that
 * the rate of that moment carries in that time, at least by one; two in time in a row step up by one if the rate carries
 * it.
 */
export class SegmentPlan {
  readonly #stream: SegmentStream;
  readonly #startMs: number;
  #quality = 0;
  /** The segment that is judged next, and what arrived since it was due. */
  #judged = 0;
  #bytes = 0;
  #inTime = 0;

  /** @param startMs when the first segment was due */
  constructor(stream: SegmentStream, startMs: number) {
    this.#stream = stream;
    this.#startMs = startMs;
  }

  /** An index into the stream's qualities. */
  get quality(): number {
    return this.#quality;
  }

  /** Something arrived; call `advance` with the same time first. */
  arrived(bytes: number, atMs: number): void {
    if (atMs >= this.#dueMs) this.#bytes += bytes;
  }

  /** Segment `unit` is complete. */
  completed(unit: number, atMs: number): void {
    if (unit !== this.#judged) return;
    const rateMbps = this.#rateMbps(atMs);
    this.#next();
    this.#inTime += 1;
    if (this.#inTime < STREAK || this.#quality === 0 || !this.#fits(this.#quality - 1, rateMbps)) return;
    this.#quality -= 1;
    this.#inTime = 0;
  }

  /** Lets the time pass: segments whose time is over are late. */
  advance(nowMs: number): void {
    while (nowMs > this.#deadlineMs) {
      const rateMbps = this.#rateMbps(this.#deadlineMs);
      this.#next();
      this.#inTime = 0;
      const last = this.#stream.qualities.length - 1;
      const fitting = this.#stream.qualities.findIndex((_, quality) => this.#fits(quality, rateMbps));
      this.#quality = Math.min(last, Math.max(this.#quality + 1, fitting < 0 ? last : fitting));
    }
  }

  get #periodMs(): number {
    return this.#stream.onMs + this.#stream.offMs;
  }

  get #dueMs(): number {
    return this.#startMs + this.#judged * this.#periodMs;
  }

  get #deadlineMs(): number {
    return this.#dueMs + this.#periodMs * IN_TIME_SHARE;
  }

  #next(): void {
    this.#judged += 1;
    this.#bytes = 0;
  }

  #shareOf(quality: number): number {
    return this.#stream.qualities[quality] ?? 1;
  }

  #rateMbps(atMs: number): number {
    return this.#bytes / 125 / Math.max(1, atMs - this.#dueMs);
  }

  #fits(quality: number, rateMbps: number): boolean {
    const { mbps, onMs } = this.#stream;
    return mbps * onMs * this.#shareOf(quality) <= rateMbps * this.#periodMs * IN_TIME_SHARE;
  }
}
