/** How many of something are open, by key and in total. Holds only keys that have some. */
export class Counts {
  readonly #byKey = new Map<string, number>();
  #total = 0;

  get total(): number {
    return this.#total;
  }

  of(key: string): number {
    return this.#byKey.get(key) ?? 0;
  }

  /** Counts one more. @returns a function that counts it off again; calling it twice is harmless */
  add(key: string): () => void {
    this.#byKey.set(key, this.of(key) + 1);
    this.#total += 1;
    let open = true;
    return () => {
      if (!open) return;
      open = false;
      this.#total -= 1;
      const left = this.of(key) - 1;
      if (left > 0) this.#byKey.set(key, left);
      else this.#byKey.delete(key);
    };
  }
}
