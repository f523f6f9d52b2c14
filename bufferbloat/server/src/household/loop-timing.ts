const SLOT_MS = 100;
/** Two seconds: longer than from one report to the next. */
const SLOTS = 20;

export interface LoopFigures {
  /** Turns of the loop since the process began. */
  readonly turns: number;
  /** How late turns began: the median and 99th percentile over all, the worst of the last two seconds. */
  readonly lateMs: { readonly p50: number; readonly p99: number; readonly worst: number };
  /** The longest turn of the last two seconds, in milliseconds. */
  readonly longestMs: number;
}

/** Upper bounds of the histogram's classes in milliseconds. */
const BOUNDS = [0.25, 0.5, 0.75, 1, 1.25, 1.5, 2, 2.5, 3, 4, 5, 7, 10, 15, 20, 30, 50, 100, 200, 500, 1000, 10_000];

/** How late the loop turns, and how long it takes. */
export class LoopTiming {
  readonly #counts = new Float64Array(BOUNDS.length + 1);
  readonly #late = new Float64Array(SLOTS);
  readonly #long = new Float64Array(SLOTS);
  #slot = 0;
  #turns = 0;

  /** @param lateMs how much later than wanted the turn began */
  note(nowMs: number, lateMs: number, tookMs: number): void {
    this.#turns += 1;
    let at = 0;
    while (at < BOUNDS.length && lateMs > (BOUNDS[at] ?? 0)) at += 1;
    this.#counts[at] = (this.#counts[at] ?? 0) + 1;
    this.#advance(nowMs);
    const slot = this.#slot % SLOTS;
    this.#late[slot] = Math.max(this.#late[slot] ?? 0, lateMs);
    this.#long[slot] = Math.max(this.#long[slot] ?? 0, tookMs);
  }

  /** How late the latest turn since then was, at most two seconds back; in milliseconds. */
  worstSince(sinceMs: number, nowMs: number): number {
    this.#advance(nowMs);
    const first = Math.max(Math.floor(sinceMs / SLOT_MS), this.#slot - SLOTS + 1);
    let worst = 0;
    for (let slot = first; slot <= this.#slot; slot += 1) worst = Math.max(worst, this.#late[slot % SLOTS] ?? 0);
    return worst;
  }

  figures(nowMs: number): LoopFigures {
    this.#advance(nowMs);
    const quantile = (share: number): number => {
      let rest = share * this.#turns;
      const at = this.#counts.findIndex((count) => (rest -= count) <= 0);
      return this.#turns === 0 ? 0 : (BOUNDS[at] ?? Number.MAX_SAFE_INTEGER);
    };
    return {
      turns: this.#turns,
      lateMs: { p50: quantile(0.5), p99: quantile(0.99), worst: Math.max(...this.#late) },
      longestMs: Math.max(...this.#long),
    };
  }

  /** Forgets what is older than two seconds. */
  #advance(nowMs: number): void {
    const slot = Math.floor(nowMs / SLOT_MS);
    for (let at = Math.max(this.#slot + 1, slot - SLOTS + 1); at <= slot; at += 1) {
      this.#late[at % SLOTS] = 0;
      this.#long[at % SLOTS] = 0;
    }
    this.#slot = Math.max(this.#slot, slot);
  }
}
