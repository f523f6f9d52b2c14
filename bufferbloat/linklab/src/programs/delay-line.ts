const SLOT_BYTES = 2048;

/** Holds packets for a fixed time, in order, in memory allocated once. */
export class DelayLine {
  private readonly delayMs: number;
  private readonly slots: number;
  private readonly bytes: Buffer;
  private readonly lengths: Uint16Array;
  private readonly dueMs: Float64Array;
  private first = 0;
  private count = 0;

  /** `slots`: packets it can hold; 16384 last for 2 s at 100 Mbit/s. */
  constructor(delayMs: number, slots = 16_384) {
    this.delayMs = delayMs;
    this.slots = slots;
    this.bytes = Buffer.alloc(slots * SLOT_BYTES);
    this.lengths = new Uint16Array(slots);
    this.dueMs = new Float64Array(slots);
  }

  /** True when the next packet would not fit; leave it in the device's own queue then. */
  get isFull(): boolean {
    return this.count === this.slots;
  }

  /** When the oldest packet is due, on the clock of `put`; infinite when there is none. */
  get nextDueMs(): number {
    return this.count === 0 ? Number.POSITIVE_INFINITY : (this.dueMs[this.first] ?? 0);
  }

  /** Takes in the first `length` bytes of `packet`, at most 2048. */
  put(packet: Buffer, length: number, nowMs: number): void {
    const slot = (this.first + this.count) % this.slots;
    packet.copy(this.bytes, slot * SLOT_BYTES, 0, length);
    this.lengths[slot] = length;
    this.dueMs[slot] = nowMs + this.delayMs;
    this.count += 1;
  }

  /** Gives out every packet that is due. */
  release(nowMs: number, send: (packet: Buffer, length: number) => void): void {
    while (this.nextDueMs <= nowMs) {
      const start = this.first * SLOT_BYTES;
      const length = this.lengths[this.first] ?? 0;
      send(this.bytes.subarray(start, start + length), length);
      this.first = (this.first + 1) % this.slots;
      this.count -= 1;
    }
  }
}
