/** Those who wait for their turn: interactive work before batch, else first come, first served. */
export interface Line<T> {
  readonly length: number;
  readonly first: T | undefined;
  add(one: T, interactive: boolean): void;
  remove(one: T): void;
  /** From the first to the last. */
  list(): readonly T[];
}

export function createLine<T>(): Line<T> {
  const interactive = new Set<T>();
  const batch = new Set<T>();
  return {
    get length() {
      return interactive.size + batch.size;
    },
    get first() {
      const [one] = interactive.size > 0 ? interactive : batch;
      return one;
    },
    add(one, isInteractive) {
      (isInteractive ? interactive : batch).add(one);
    },
    remove(one) {
      interactive.delete(one);
      batch.delete(one);
    },
    list: () => [...interactive, ...batch],
  };
}
