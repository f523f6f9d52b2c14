import { type NumberedStream, TrafficSender } from '@rowhouse/bufferbloat-engine';
import { ACK_STREAM, FRAME_HEADER_BYTES, type FrameHeader, type TrafficStream } from '@rowhouse/bufferbloat-protocol';
import { Flight } from '../shared/flight.ts';
import { Filling } from './filling.ts';

export interface UplinkOptions {
  readonly streams: readonly NumberedStream<TrafficStream>[];
  /** Where every grid begins, in Unix milliseconds of the server's clock. */
  readonly startMs: number;
  readonly baseOneWayMs: number;
  /** The server's clock, in Unix milliseconds. */
  readonly serverMs: () => number;
  readonly after: (delayMs: number, run: () => void) => () => void;
  readonly send: (message: Uint8Array<ArrayBuffer>) => void;
  /** What has been received, for every header. */
  readonly ackBytes: () => number;
}

/** How long what was received waits for a message that acknowledges it on its way, in milliseconds. */
const ACK_MS = 20;
/** Until it is known whether there is room again, in milliseconds. */
const RETRY_MS = 10;

/** What one user's application sends: each message in its time, or not at all where the way is full. */
export class Uplink {
  readonly #options: UplinkOptions;
  readonly #sender: TrafficSender;
  readonly #filling = new Filling();
  readonly flight: Flight;
  #cancelTimer = (): void => {};
  #cancelAck = (): void => {};
  #ackPending = false;
  #unacknowledgedSinceMs: number | undefined;
  #lateMs: number[] = [];

  constructor(options: UplinkOptions) {
    this.#options = options;
    this.#sender = new TrafficSender(options.streams, options.startMs, { retryMs: RETRY_MS });
    this.flight = new Flight(options.baseOneWayMs);
    this.#schedule();
  }

  /** Something was received that wants to be acknowledged. */
  owe(): void {
    this.#unacknowledgedSinceMs ??= this.#options.serverMs();
    if (this.#ackPending) return;
    this.#ackPending = true;
    this.#cancelAck = this.#options.after(ACK_MS, () => this.#acknowledge());
  }

  /** How late the timers fired since the last call, in milliseconds. */
  takeLateMs(): number[] {
    const taken = this.#lateMs;
    this.#lateMs = [];
    return taken;
  }

  counts(): ReturnType<TrafficSender['counts']> {
    return this.#sender.counts();
  }

  /** Sends what is due by now, and nothing any more. */
  finish(): void {
    this.#step(this.#options.serverMs());
    this.end();
  }

  /** Nothing is sent any more. */
  end(): void {
    this.#cancelTimer();
    this.#cancelAck();
  }

  #schedule(): void {
    const dueMs = this.#sender.nextDueMs();
    if (!Number.isFinite(dueMs)) return;
    this.#cancelTimer = this.#options.after(dueMs - this.#options.serverMs(), () => this.#fire(dueMs));
  }

  #fire(dueMs: number): void {
    const firedMs = this.#options.serverMs();
    this.#lateMs.push(Math.max(0, firedMs - dueMs));
    // Timers count in whole milliseconds: one that fires a little early serves its moment all the same.
    this.#step(Math.max(firedMs, dueMs));
    this.#schedule();
  }

  #step(untilMs: number): void {
    const nowMs = this.#options.serverMs();
    this.#sender.step(untilMs, (message) => {
      if (!this.flight.isFree) return false;
      this.#send({ ...message, sentAfterMs: nowMs - message.dueMs }, message.bytes, nowMs);
      return true;
    });
  }

  #acknowledge(): void {
    this.#ackPending = false;
    const sinceMs = this.#unacknowledgedSinceMs;
    if (sinceMs === undefined) return;
    const nowMs = this.#options.serverMs();
    const leftMs = sinceMs + ACK_MS - nowMs;
    if (leftMs > 1) {
      this.#ackPending = true;
      this.#cancelAck = this.#options.after(leftMs, () => this.#acknowledge());
      return;
    }
    this.#send({ ...ACKNOWLEDGEMENT, dueMs: nowMs }, FRAME_HEADER_BYTES, nowMs);
  }

  #send(header: Omit<FrameHeader, 'ackBytes'>, bytes: number, atMs: number): void {
    this.#unacknowledgedSinceMs = undefined;
    this.flight.sent(bytes, atMs);
    this.#options.send(this.#filling.message({ ...header, ackBytes: this.#options.ackBytes() }, bytes));
  }
}

const ACKNOWLEDGEMENT = {
  stream: ACK_STREAM,
  keyFrame: false,
  quality: 0,
  sequence: 0,
  unit: 0,
  unitBytes: 0,
  sentAfterMs: 0,
} as const;
