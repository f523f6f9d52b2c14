import { ACK_STREAM, type Arrival, type FrameHeader, type TrafficStream } from '@rowhouse/bufferbloat-protocol';
import type { NumberedStream } from './queue.ts';
import { isUnitStream } from './unit-schedule.ts';

/** A part of a segment as it arrived. */
export interface ChunkArrival {
  /** Number of the stream in the profile. */
  readonly stream: number;
  readonly unit: number;
  readonly unitBytes: number;
  readonly quality: number;
  readonly bytes: number;
  /** In the clock of `note`. */
  readonly arrivalMs: number;
}

/** No line holds a message for so long; what says otherwise was not made by a sender of ours. */
const MOST_LATE_MS = 10 * 60_000;

interface Incoming {
  readonly stream: TrafficStream;
  nextSequence: number;
  bytes: number;
}

/** Counts and dates what arrives in one direction of a session. */
export class StreamReceiver {
  readonly #streams = new Map<number, Incoming>();
  readonly #baseOneWayMs: number;
  #totalBytes = 0;
  #arrivals: Arrival[] = [];
  #chunks: ChunkArrival[] = [];

  /**
   * @param streams of the profile, in the direction that is received
   * @param baseOneWayMs one way of the quiet line: what is beyond is lateness
   */
  constructor(streams: readonly NumberedStream<TrafficStream>[], baseOneWayMs: number) {
    for (const { index, stream } of streams) this.#streams.set(index, { stream, nextSequence: 0, bytes: 0 });
    this.#baseOneWayMs = baseOneWayMs;
  }

  /** Bytes of all messages so far, modulo 2^32: what goes into `ackBytes` of the next header. */
  get ackBytes(): number {
    return this.#totalBytes >>> 0;
  }

  /** Bytes of all messages so far, acknowledgements included. */
  get totalBytes(): number {
    return this.#totalBytes;
  }

  /**
   * Takes a message.
   *
   * @param bytes of the whole message
   * @param arrivalMs Unix milliseconds of the server's clock
   * @returns `false`, having changed nothing, for what no sender of ours would send: a foreign stream, a number that
   * was there before, a time that cannot be
   */
  note(header: FrameHeader, bytes: number, arrivalMs: number): boolean {
    if (header.stream === ACK_STREAM) {
      this.#totalBytes += bytes;
      return true;
    }
    const incoming = this.#streams.get(header.stream);
    if (!incoming || header.sequence < incoming.nextSequence) return false;
    const { stream } = incoming;
    const latenessMs = arrivalMs - header.dueMs - this.#baseOneWayMs;
    if (Math.abs(latenessMs) > MOST_LATE_MS) return false;
    if (isUnitStream(stream)) this.#arrivals.push([header.stream, header.sequence, toHundredths(latenessMs), bytes]);
    else if (stream.kind === 'segments') {
      const { unit, unitBytes, quality } = header;
      this.#chunks.push({ stream: header.stream, unit, unitBytes, quality, bytes, arrivalMs });
    }
    incoming.nextSequence = header.sequence + 1;
    incoming.bytes += bytes;
    this.#totalBytes += bytes;
    return true;
  }

  /** Messages of ticks, audio and video that arrived since the last call: stream, sequence, lateness in ms, bytes. */
  takeArrivals(): Arrival[] {
    const taken = this.#arrivals;
    this.#arrivals = [];
    return taken;
  }

  /** Parts of segments that arrived since the last call. */
  takeChunks(): ChunkArrival[] {
    const taken = this.#chunks;
    this.#chunks = [];
    return taken;
  }

  /** Bytes by stream so far. */
  receivedBytes(): [stream: number, bytes: number][] {
    return [...this.#streams].map(([index, { bytes }]) => [index, bytes]);
  }
}

const toHundredths = (ms: number): number => Math.round(ms * 100) / 100;
