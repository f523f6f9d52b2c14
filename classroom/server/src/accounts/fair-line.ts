/** From where somebody waits, and how they stand there. */
export interface Place {
  /** The client's, or the network's that counts as one. */
  readonly address: string;
  /** Wrong guesses so far. Who has fewer goes before others of the same address. */
  readonly mistakes: number;
}

interface Entry<T> {
  readonly place: Place;
  readonly item: T;
}

/**
 * A line in which addresses take turns, and within an address those go first who did less wrong. It is bounded: when it
 * is full the last of its address gives way, or the last of the address that has most in it. So whoever asks for much
 * stands in nobody's way but their own.
 */
export interface FairLine<T> {
  /** @returns what lost its place for it, which can be the newcomer itself */
  enter(place: Place, item: T): T | undefined;
  /** Takes out whose turn it is. */
  next(): T | undefined;
  /** Does not wait any more. */
  leave(place: Place, item: T): void;
  readonly size: number;
}

export function createFairLine<T>(most: { readonly perAddress: number; readonly total: number }): FairLine<T> {
  // Whose turn is next comes first.
  const lines = new Map<string, Entry<T>[]>();
  let size = 0;

  const takeOut = (address: string, line: Entry<T>[], at: number): T | undefined => {
    const [entry] = line.splice(at, 1);
    if (line.length === 0) lines.delete(address);
    if (entry) size -= 1;
    return entry?.item;
  };
  const longest = (): [string, Entry<T>[]] => {
    let found: [string, Entry<T>[]] = ['', []];
    for (const one of lines) if (one[1].length > found[1].length) found = one;
    return found;
  };

  return {
    enter(place, item) {
      const { address, mistakes } = place;
      const line = lines.get(address) ?? [];
      lines.set(address, line);
      const at = line.findLastIndex((other) => other.place.mistakes <= mistakes) + 1;
      line.splice(at, 0, { place, item });
      size += 1;
      if (line.length > most.perAddress) return takeOut(address, line, line.length - 1);
      if (size <= most.total) return undefined;
      const [fullest, theirs] = longest();
      return takeOut(fullest, theirs, theirs.length - 1);
    },
    next() {
      for (const [address, line] of lines) {
        lines.delete(address);
        lines.set(address, line);
        return takeOut(address, line, 0);
      }
      return undefined;
    },
    leave({ address }, item) {
      const line = lines.get(address) ?? [];
      const at = line.findIndex((other) => other.item === item);
      if (at >= 0) takeOut(address, line, at);
    },
    get size() {
      return size;
    },
  };
}
