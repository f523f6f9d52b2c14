import type { SegmentStream, SenderCounts } from '@rowhouse/bufferbloat-protocol';
import { lastsMs, messageBytesAt, segmentBytes, segmentDueMs } from './pace.ts';
import type { NumberedStream, OutgoingMessage, StreamQueue } from './queue.ts';

/**
 * How much of the time that was lost, by a late turn or a full socket, is made up for. Enough for the rate to stay exact
 * over any hiccup of the event loop; too little to come as a burst when a line is free again.
 */
const CATCH_UP_MS = 100;

/** What bulk and segments have in common: messages at a pace; what is refused is offered again. */
abstract class PacedQueue implements StreamQueue {
  protected readonly index: number;
  readonly #retryMs: number;
  #sent = 0;
  #sentBytes = 0;
  #refusedUntilMs = Number.NEGATIVE_INFINITY;
  /** When the next message is due by the pace. */
  protected paceMs: number;

  constructor(index: number, startMs: number, retryMs: number) {
    this.index = index;
    this.#retryMs = retryMs;
    this.paceMs = startMs;
  }

  get dueMs(): number {
    return Math.max(this.paceMs, this.#refusedUntilMs);
  }

  skipLate(nowMs: number): void {
    this.paceMs = Math.max(this.paceMs, nowMs - CATCH_UP_MS);
  }

  fill(message: OutgoingMessage): void {
    message.stream = this.index;
    message.sequence = this.#sent;
    message.keyFrame = false;
    message.droppable = false;
    message.dueMs = this.paceMs;
    this.fillRest(message);
  }

  taken(message: OutgoingMessage): void {
    this.#sent += 1;
    this.#sentBytes += message.bytes;
    this.#refusedUntilMs = Number.NEGATIVE_INFINITY;
    this.advance(message.bytes);
  }

  refused(nowMs: number): void {
    this.#refusedUntilMs = nowMs + this.#retryMs;
  }

  counts(): SenderCounts {
    return { stream: this.index, due: this.#sent, sent: this.#sent, dropped: 0, bytes: this.#sentBytes };
  }

  /** Offers again at once what was refused. */
  retry(): void {
    this.#refusedUntilMs = Number.NEGATIVE_INFINITY;
  }

  protected abstract fillRest(message: OutgoingMessage): void;
  protected abstract advance(bytes: number): void;
}

/** As much as the rate says, for ever. */
export class BulkQueue extends PacedQueue {
  #rateMbps: number;
  #messageBytes: number;
  /** Goes into every header. */
  round = 0;

  constructor({ index, stream }: NumberedStream<{ readonly mbps: number }>, startMs: number, retryMs: number) {
    super(index, startMs, retryMs);
    this.#rateMbps = stream.mbps;
    this.#messageBytes = messageBytesAt(stream.mbps);
  }

  setRate(rateMbps: number): void {
    this.#rateMbps = rateMbps;
    this.#messageBytes = messageBytesAt(rateMbps);
  }

  protected fillRest(message: OutgoingMessage): void {
    message.unit = this.round;
    message.unitBytes = 0;
    message.quality = 0;
    message.bytes = this.#messageBytes;
  }

  protected advance(bytes: number): void {
    this.paceMs += lastsMs(bytes, this.#rateMbps);
  }
}

/** One segment after the other: none before its time, none left out, each at the stream's pace. */
export class SegmentQueue extends PacedQueue {
  readonly #stream: SegmentStream;
  readonly #startMs: number;
  readonly #messageBytes: number;
  #segment = 0;
  #offsetBytes = 0;
  #quality = 0;
  #segmentBytes: number;
  #nextQuality = 0;

  constructor({ index, stream }: NumberedStream<SegmentStream>, startMs: number, retryMs: number) {
    super(index, startMs, retryMs);
    this.#stream = stream;
    this.#startMs = startMs;
    this.#messageBytes = messageBytesAt(stream.mbps);
    this.#segmentBytes = segmentBytes(stream, 0);
  }

  /** From the next segment on. */
  setQuality(quality: number): void {
    this.#nextQuality = Math.min(quality, this.#stream.qualities.length - 1);
  }

  protected fillRest(message: OutgoingMessage): void {
    if (this.#offsetBytes === 0) {
      this.#quality = this.#nextQuality;
      this.#segmentBytes = segmentBytes(this.#stream, this.#quality);
    }
    const restBytes = this.#segmentBytes - this.#offsetBytes;
    message.unit = this.#segment;
    message.unitBytes = this.#segmentBytes;
    message.quality = this.#quality;
    // The last message takes what would be too little for one of its own.
    message.bytes = restBytes < 2 * this.#messageBytes ? restBytes : this.#messageBytes;
  }

  protected advance(bytes: number): void {
    this.paceMs += lastsMs(bytes, this.#stream.mbps);
    this.#offsetBytes += bytes;
    if (this.#offsetBytes < this.#segmentBytes) return;
    this.#segment += 1;
    this.#offsetBytes = 0;
    this.paceMs = Math.max(this.paceMs, this.#startMs + segmentDueMs(this.#stream, this.#segment));
  }
}
