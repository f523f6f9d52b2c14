/** Something with a time at which its turn comes; hold one per item. */
export interface Appointment<T> {
  readonly item: T;
  /** Infinite: never. Only the agenda writes it. */
  dueMs: number;
  /** Its place in the heap; -1 when it is in none. */
  at: number;
}

export const appointment = <T>(item: T): Appointment<T> => ({ item, dueMs: Number.POSITIVE_INFINITY, at: -1 });

/** Whose turn it is: a binary heap by time, in which entries move when their time changes. One timer serves all. */
export class Agenda<T> {
  readonly #heap: Appointment<T>[] = [];

  get size(): number {
    return this.#heap.length;
  }

  /** The first one; `undefined` when there is none. */
  get first(): Appointment<T> | undefined {
    return this.#heap[0];
  }

  /** Adds one, or moves it to another time. */
  set(entry: Appointment<T>, dueMs: number): void {
    entry.dueMs = dueMs;
    if (entry.at < 0) {
      entry.at = this.#heap.length;
      this.#heap.push(entry);
    }
    this.#sink(this.#rise(entry));
  }

  remove(entry: Appointment<T>): void {
    const { at } = entry;
    if (at < 0) return;
    const last = this.#heap.pop();
    entry.at = -1;
    if (!last || last === entry) return;
    this.#put(last, at);
    this.#sink(this.#rise(last));
  }

  #rise(entry: Appointment<T>): Appointment<T> {
    while (entry.at > 0) {
      const parent = this.#heap[(entry.at - 1) >> 1];
      if (!parent || parent.dueMs <= entry.dueMs) break;
      const { at } = parent;
      this.#put(parent, entry.at);
      this.#put(entry, at);
    }
    return entry;
  }

  #sink(entry: Appointment<T>): void {
    for (;;) {
      const left = this.#heap[2 * entry.at + 1];
      const right = this.#heap[2 * entry.at + 2];
      const child = left && right && right.dueMs < left.dueMs ? right : left;
      if (!child || child.dueMs >= entry.dueMs) return;
      const { at } = child;
      this.#put(child, entry.at);
      this.#put(entry, at);
    }
  }

  #put(entry: Appointment<T>, at: number): void {
    entry.at = at;
    this.#heap[at] = entry;
  }
}
