import {
  Acknowledged,
  AdaptiveRounds,
  isUnitStream,
  messageBytesAt,
  StreamReceiver,
  streamsOf,
  TrafficSender,
  unitBytes,
  type OutgoingMessage,
} from '@rowhouse/bufferbloat-engine';
import {
  ACK_STREAM,
  FRAME_HEADER_BYTES,
  type AdaptiveStep,
  type FrameHeader,
  type SessionMessage,
  type SessionRequest,
  type TrafficStream,
  type UserProfile,
} from '@rowhouse/bufferbloat-protocol';
import type { Wire } from './wire.ts';

export type StartRequest = Extract<SessionRequest, { type: 'start' }>;
type Report = Extract<SessionMessage, { type: 'report' }>;

/** What the kernel may hold unsent lasts about so long: whatever is later must not hide there. */
const UNSENT_MS = 25;
const LEAST_UNSENT_BYTES = 4 * 1024;
const MOST_UNSENT_BYTES = 512 * 1024;

/** How many bytes the kernel should hold unsent for a user's streams: their largest message, or 25 ms of them. */
export function unsentBytesFor(streams: readonly TrafficStream[], bulkMbps = 0): number {
  const largest = streams.map((stream) => {
    const mbps = stream.kind === 'bulk' ? Math.max(stream.mbps, bulkMbps) : stream.mbps;
    return Math.max(isUnitStream(stream) ? unitBytes(stream, 0) : messageBytesAt(mbps), mbps * 125 * UNSENT_MS);
  });
  return Math.round(Math.min(MOST_UNSENT_BYTES, Math.max(LEAST_UNSENT_BYTES, ...largest)));
}

/** What arrived is acknowledged by itself when there has been no message to do it for so long. */
const ACK_AFTER_MS = 20;

const NOTHING: FrameHeader = {
  stream: 0,
  keyFrame: false,
  quality: 0,
  sequence: 0,
  unit: 0,
  unitBytes: 0,
  dueMs: 0,
  sentAfterMs: 0,
  ackBytes: 0,
};

/**
 * Turns of the loop are one to two milliseconds apart, since timers know nothing finer. What is due within this time
 * leaves now, which is nearer to its time than the next turn.
 */
const EARLY_MS = 0.75;

/** Offered again by the wire's `onRoom`; this is only for the case that it never comes. */
const RETRY_MS = 250;

/** The rate of a variant in Mbit/s; `undefined` when the profile has none of that name, a client's word. */
export const variantMbps = ({ variants = {} }: UserProfile, name: string | undefined): number | undefined =>
  name !== undefined && Object.hasOwn(variants, name) ? variants[name] : undefined;

/** What a session sends and receives once it has been started. */
export class Traffic {
  readonly #wire: Wire;
  readonly #nowMs: () => number;
  readonly #sender: TrafficSender;
  readonly #receiver: StreamReceiver;
  readonly #acknowledged = new Acknowledged();
  readonly #rounds: AdaptiveRounds | undefined;
  readonly #header: { -readonly [K in keyof FrameHeader]: FrameHeader[K] };
  readonly #offer: (message: Readonly<OutgoingMessage>) => boolean;
  #steps: AdaptiveStep[] = [];
  #sentBytes = 0;
  /** When to acknowledge what has arrived; infinite when all of it is. */
  #ackMs = Number.POSITIVE_INFINITY;
  /** A message could not be sent since the connection is broken. */
  broken = false;

  constructor(
    profile: UserProfile,
    { variant, adaptive = true, baseOneWayMs }: StartRequest,
    wire: Wire,
    startMs: number,
    nowMs: () => number,
  ) {
    const outgoing = streamsOf(profile.streams, 'download');
    this.#wire = wire;
    this.#nowMs = nowMs;
    this.#sender = new TrafficSender(outgoing, startMs, { retryMs: RETRY_MS });
    this.#receiver = new StreamReceiver(streamsOf(profile.streams, 'upload'), baseOneWayMs);
    this.#header = { ...NOTHING };
    this.#offer = (message) => this.#send(message);
    const bulk = outgoing.map(({ stream }) => stream).find((stream) => stream.kind === 'bulk');
    if (!bulk) return;
    const offeredMbps = variantMbps(profile, variant) ?? bulk.mbps;
    const limitMbps = adaptive ? bulk.adaptiveToMbps : undefined;
    this.#rounds = new AdaptiveRounds(
      offeredMbps,
      limitMbps === undefined ? undefined : Math.max(limitMbps, offeredMbps),
      startMs,
    );
    this.#sender.setBulk(offeredMbps, 0);
  }

  get sentBytes(): number {
    return this.#sentBytes;
  }

  get receivedBytes(): number {
    return this.#receiver.totalBytes;
  }

  /** What bulk offers now, in Mbit/s; 0 where there is none. */
  get bulkMbps(): number {
    return this.#rounds?.offeredMbps ?? 0;
  }

  /** When `step` has something to do, Unix milliseconds. */
  nextDueMs(): number {
    return Math.min(this.#sender.nextDueMs() - EARLY_MS, this.#ackMs);
  }

  /** Sends what is due. */
  step(nowMs: number): void {
    this.#sender.step(nowMs + EARLY_MS, this.#offer);
    if (nowMs < this.#ackMs) return;
    Object.assign(this.#header, NOTHING, { stream: ACK_STREAM, dueMs: nowMs });
    // What cannot leave now waits behind something that acknowledges as well.
    if (!this.#put(FRAME_HEADER_BYTES, false)) this.#ackMs = nowMs + ACK_AFTER_MS;
  }

  /** The wire has room again. */
  retry(): void {
    this.#sender.retry();
  }

  setQuality(quality: number): void {
    this.#sender.setQuality(quality);
  }

  /**
   * Takes a client's message.
   *
   * @returns `false` for what no client of ours sends
   */
  receive(header: FrameHeader, bytes: number, nowMs: number): boolean {
    if (!this.#receiver.note(header, bytes, nowMs)) return false;
    if (!this.#acknowledged.note(header.ackBytes, this.#sentBytes)) return false;
    if (header.stream !== ACK_STREAM) this.#ackMs = Math.min(this.#ackMs, nowMs + ACK_AFTER_MS);
    const step = this.#rounds?.note(nowMs, this.#sentBytes, this.#acknowledged.bytes);
    if (step && this.#rounds) {
      this.#steps.push(step);
      this.#sender.setBulk(this.#rounds.offeredMbps, this.#rounds.round);
    }
    return true;
  }

  counts(): ReturnType<TrafficSender['counts']> {
    return this.#sender.counts();
  }

  /** What a report says of it; what has been told is told once. */
  takeFigures(): Pick<Report, 'sent' | 'arrivals' | 'receivedBytes' | 'adaptive'> {
    const adaptive = this.#steps;
    this.#steps = [];
    return {
      sent: this.#sender.counts(),
      arrivals: this.#receiver.takeArrivals(),
      receivedBytes: this.#receiver.receivedBytes(),
      adaptive,
    };
  }

  #send(message: Readonly<OutgoingMessage>): boolean {
    const header = this.#header;
    header.stream = message.stream;
    header.keyFrame = message.keyFrame;
    header.quality = message.quality;
    header.sequence = message.sequence;
    header.unit = message.unit;
    header.unitBytes = message.unitBytes;
    header.dueMs = message.dueMs;
    return this.#put(message.bytes, !message.droppable);
  }

  #put(bytes: number, insist: boolean): boolean {
    const header = this.#header;
    header.sentAfterMs = this.#nowMs() - header.dueMs;
    header.ackBytes = this.#receiver.ackBytes;
    const outcome = this.#wire.message(header, bytes, insist);
    if (outcome === 'broken') this.broken = true;
    if (outcome !== 'taken') return false;
    this.#sentBytes += bytes;
    this.#ackMs = Number.POSITIVE_INFINITY;
    return true;
  }
}
