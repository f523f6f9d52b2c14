import type { SenderCounts, UnitStream } from '@rowhouse/bufferbloat-protocol';
import type { NumberedStream, OutgoingMessage, StreamQueue } from './queue.ts';
import { isKeyFrame, unitBytes, unitDueMs } from './unit-schedule.ts';

/** Ticks, audio, video: each unit in its time or not at all. One that waits until the next is due is obsolete. */
export class UnitQueue implements StreamQueue {
  readonly #index: number;
  readonly #stream: UnitStream;
  readonly #startMs: number;
  readonly #intervalMs: number;
  #sequence = 0;
  #sent = 0;
  #sentBytes = 0;
  dueMs: number;

  constructor({ index, stream }: NumberedStream<UnitStream>, startMs: number) {
    this.#index = index;
    this.#stream = stream;
    this.#startMs = startMs;
    this.#intervalMs = 1000 / stream.perS;
    this.dueMs = startMs;
  }

  skipLate(nowMs: number): void {
    const lateMs = nowMs - this.dueMs;
    if (lateMs < this.#intervalMs) return;
    this.#sequence += Math.floor(lateMs / this.#intervalMs);
    this.#schedule();
  }

  fill(message: OutgoingMessage): void {
    message.stream = this.#index;
    message.sequence = this.#sequence;
    message.unit = 0;
    message.unitBytes = 0;
    message.quality = 0;
    message.keyFrame = isKeyFrame(this.#stream, this.#sequence);
    message.droppable = true;
    message.bytes = unitBytes(this.#stream, this.#sequence);
    message.dueMs = this.dueMs;
  }

  taken(message: OutgoingMessage): void {
    this.#sent += 1;
    this.#sentBytes += message.bytes;
    this.refused();
  }

  /** What is refused now would be late later. */
  refused(): void {
    this.#sequence += 1;
    this.#schedule();
  }

  counts(): SenderCounts {
    return {
      stream: this.#index,
      due: this.#sequence,
      sent: this.#sent,
      dropped: this.#sequence - this.#sent,
      bytes: this.#sentBytes,
    };
  }

  #schedule(): void {
    this.dueMs = this.#startMs + unitDueMs(this.#stream, this.#sequence);
  }
}
