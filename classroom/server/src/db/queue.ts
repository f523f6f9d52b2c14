/** Records in order, up to a number; one that finds no place is counted. */
export interface BoundedQueue<T> {
  readonly length: number;
  readonly dropped: number;
  push(item: T): void;
  /** The first ones, which stay. */
  peek(count: number): readonly T[];
  /** They are written. */
  remove(count: number): void;
}

/**
 * Full, it keeps what is there and drops what comes: the beginning of something without its end can be mended later,
 * an end without its beginning tells nothing.
 */
export function createBoundedQueue<T>(places: number): BoundedQueue<T> {
  let items: T[] = [];
  let dropped = 0;
  return {
    get length() {
      return items.length;
    },
    get dropped() {
      return dropped;
    },
    push(item) {
      if (items.length < places) items.push(item);
      else dropped += 1;
    },
    peek: (count) => items.slice(0, count),
    remove(count) {
      items = items.slice(count);
    },
  };
}
