/** Settings of a family of token buckets, one per key. */
interface BucketOptions {
  /** What a bucket holds when full: the largest burst. */
  readonly capacity: number;
  /** How fast it fills, per second. */
  readonly perS: number;
  /** How many keys are remembered; the one unused for longest is forgotten first, so that memory stays flat. */
  readonly maxKeys?: number;
  readonly nowMs: () => number;
}

interface Bucket {
  level: number;
  atMs: number;
}

/** Token buckets by key. A key that is not remembered has a full bucket. */
export class Buckets {
  readonly #options: BucketOptions;
  readonly #maxKeys: number;
  /** In order of last use: a Map keeps insertion order, and every use inserts anew. */
  readonly #buckets = new Map<string, Bucket>();

  constructor(options: BucketOptions) {
    this.#options = options;
    this.#maxKeys = options.maxKeys ?? 10_000;
  }

  get size(): number {
    return this.#buckets.size;
  }

  /** Takes `amount` if the bucket has it. @returns 0 when taken, otherwise the seconds until it could be */
  take(key: string, amount = 1): number {
    const bucket = this.#touch(key);
    if (bucket.level >= amount) {
      bucket.level -= amount;
      return 0;
    }
    return this.#options.perS > 0 ? (amount - bucket.level) / this.#options.perS : Number.POSITIVE_INFINITY;
  }

  /** Gives back what was taken but not used. */
  give(key: string, amount: number): void {
    const bucket = this.#touch(key);
    bucket.level = Math.min(this.#options.capacity, bucket.level + amount);
  }

  /** What is in the bucket now. */
  level(key: string): number {
    return this.#touch(key).level;
  }

  #touch(key: string): Bucket {
    const { capacity, perS, nowMs } = this.#options;
    const atMs = nowMs();
    const known = this.#buckets.get(key);
    // A clock that was set back must not drain a bucket.
    const sinceS = known ? Math.max(0, atMs - known.atMs) / 1000 : 0;
    const bucket = known ?? { level: capacity, atMs };
    bucket.level = Math.min(capacity, bucket.level + sinceS * perS);
    bucket.atMs = atMs;
    this.#buckets.delete(key);
    this.#buckets.set(key, bucket);
    if (this.#buckets.size > this.#maxKeys) {
      const [oldest] = this.#buckets.keys();
      if (oldest !== undefined) this.#buckets.delete(oldest);
    }
    return bucket;
  }
}
