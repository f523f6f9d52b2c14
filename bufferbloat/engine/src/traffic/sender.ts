import type { SenderCounts, TrafficStream } from '@rowhouse/bufferbloat-protocol';
import { BulkQueue, SegmentQueue } from './paced-queue.ts';
import type { NumberedStream, OutgoingMessage, StreamQueue } from './queue.ts';
import { UnitQueue } from './unit-queue.ts';

export interface SenderOptions {
  /**
   * When to offer refused bulk again, in milliseconds. Default: 5. Whoever learns when there is room calls `retry` and
   * takes a long one.
   */
  readonly retryMs?: number;
}

/**
 * Decides what one side of a session sends and when. It keeps no timers: it is stepped by time, so that a timer that
 * fires late costs what was due meanwhile and nothing after it.
 *
 * Ticks, audio and video are on an exact grid from `startMs`; one that is refused, or that the next one has caught up
 * with, is dropped and counted. Bulk and segments keep their pace; what is refused is offered again, and at most 100 ms
 * that were lost are made up for.
 */
export class TrafficSender {
  readonly #queues: readonly StreamQueue[];
  readonly #bulk: readonly BulkQueue[];
  readonly #segments: readonly SegmentQueue[];
  readonly #message: OutgoingMessage = {
    stream: 0,
    sequence: 0,
    unit: 0,
    unitBytes: 0,
    quality: 0,
    keyFrame: false,
    droppable: false,
    bytes: 0,
    dueMs: 0,
  };

  /**
   * @param streams of the profile, in the direction that is sent
   * @param startMs where every grid begins, Unix milliseconds; the clock of `step`
   */
  constructor(streams: readonly NumberedStream<TrafficStream>[], startMs: number, { retryMs = 5 }: SenderOptions = {}) {
    this.#queues = streams.map(({ index, stream }) => {
      if (stream.kind === 'bulk') return new BulkQueue({ index, stream }, startMs, retryMs);
      if (stream.kind === 'segments') return new SegmentQueue({ index, stream }, startMs, retryMs);
      return new UnitQueue({ index, stream }, startMs);
    });
    this.#bulk = this.#queues.filter((queue) => queue instanceof BulkQueue);
    this.#segments = this.#queues.filter((queue) => queue instanceof SegmentQueue);
  }

  /** When something will be due next, Unix milliseconds; infinite where there is nothing to send. */
  nextDueMs(): number {
    return this.#next()?.dueMs ?? Number.POSITIVE_INFINITY;
  }

  /**
   * Offers everything that is due, the oldest first.
   *
   * @param offer whether the message was taken; the object must not be kept
   */
  step(nowMs: number, offer: (message: Readonly<OutgoingMessage>) => boolean): void {
    for (const queue of this.#queues) queue.skipLate(nowMs);
    for (;;) {
      const queue = this.#next();
      if (!queue || queue.dueMs > nowMs) return;
      queue.fill(this.#message);
      if (offer(this.#message)) queue.taken(this.#message);
      else queue.refused(nowMs);
    }
  }

  /** There is room again: refused bulk and segments are due at once. */
  retry(): void {
    for (const queue of this.#bulk) queue.retry();
    for (const queue of this.#segments) queue.retry();
  }

  /** The quality of segments from the next one on: index into the stream's qualities. */
  setQuality(quality: number): void {
    for (const queue of this.#segments) queue.setQuality(quality);
  }

  /** The rate of bulk from the next message on, and the number of the round that it belongs to. */
  setBulk(rateMbps: number, round: number): void {
    for (const queue of this.#bulk) {
      queue.setRate(rateMbps);
      queue.round = round;
    }
  }

  /** What became of every stream's messages so far. */
  counts(): SenderCounts[] {
    return this.#queues.map((queue) => queue.counts());
  }

  #next(): StreamQueue | undefined {
    let first: StreamQueue | undefined;
    for (const queue of this.#queues) if (!first || queue.dueMs < first.dueMs) first = queue;
    return first;
  }
}

/** The streams of one direction with their numbers. */
export function streamsOf(
  streams: readonly TrafficStream[],
  flow: TrafficStream['flow'],
): NumberedStream<TrafficStream>[] {
  return streams.map((stream, index) => ({ index, stream })).filter(({ stream }) => stream.flow === flow);
}
