import type { SenderCounts } from '@rowhouse/bufferbloat-protocol';

/** A stream of the profile and its number there, which is its number on the wire. */
export interface NumberedStream<T> {
  readonly index: number;
  readonly stream: T;
}

/** One message that is due; the object is used again for the next one, so nobody may keep it. */
export interface OutgoingMessage {
  stream: number;
  sequence: number;
  unit: number;
  unitBytes: number;
  quality: number;
  keyFrame: boolean;
  /** Refused means dropped; otherwise it is offered again. */
  droppable: boolean;
  /** The whole message, header included. */
  bytes: number;
  /** Unix milliseconds of the clock that the sender is stepped by. */
  dueMs: number;
}

/** What one stream of a sender has to do: when its next message is due, what it is, and what became of it. */
export interface StreamQueue {
  /** When the next message may be offered; Unix milliseconds. */
  readonly dueMs: number;
  /** Drops what nobody would want any more. Call first in every turn. */
  skipLate(nowMs: number): void;
  fill(message: OutgoingMessage): void;
  taken(message: OutgoingMessage): void;
  refused(nowMs: number): void;
  counts(): SenderCounts;
}
