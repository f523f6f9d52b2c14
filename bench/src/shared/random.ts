/** A deterministic source of randomness: the same seed always gives the same cases. */
export class Random {
  #state: number;

  /** @param seed any integer */
  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** Uniform in [0, 1). The generator is mulberry32. */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let t = this.#state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  }

  /** A whole number from 0 to `below` - 1. */
  int(below: number): number {
    return Math.floor(this.next() * below);
  }

  chance(share: number): boolean {
    return this.next() < share;
  }

  /** One of `from`, which must not be empty. */
  pick<T>(from: readonly T[]): T {
    return from[this.int(from.length)] as T;
  }

  bytes(count: number): Buffer {
    const bytes = Buffer.allocUnsafe(count);
    for (let i = 0; i < count; i += 1) bytes[i] = this.int(256);
    return bytes;
  }

  /** `text` with a few characters changed, doubled, dropped or cut off. */
  mutate(text: string): string {
    let mutated = text;
    for (let times = 1 + this.int(4); times > 0; times -= 1) {
      const at = this.int(mutated.length + 1);
      const rest = mutated.slice(at);
      const change = this.int(5);
      if (change === 0) mutated = mutated.slice(0, at) + String.fromCharCode(this.int(256)) + rest.slice(1);
      else if (change === 1) mutated = mutated.slice(0, at) + rest.slice(1 + this.int(8));
      else if (change === 2) mutated = mutated.slice(0, at) + rest.slice(0, this.int(64)) + rest;
      else if (change === 3) mutated = mutated.slice(0, at) + String.fromCharCode(this.int(32)) + rest;
      else if (this.chance(0.2)) mutated = mutated.slice(0, at);
    }
    return mutated;
  }
}
