import type { SessionEndReason, SessionEvents } from './api.ts';

/** Ends that the database may not have heard of yet, at most. */
const PLACES = 10_000;

/** Who wants to know of ends, and the ends themselves: what has ended stays so, whatever the database still says. */
export interface Ended {
  readonly onEnded: SessionEvents['onEnded'];
  has(id: string): boolean;
  tell(id: string, reason: SessionEndReason): void;
}

export function createEnded(): Ended {
  const listeners = new Set<(id: string, reason: SessionEndReason) => void>();
  const ids = new Set<string>();
  return {
    onEnded(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    has: (id) => ids.has(id),
    tell(id, reason) {
      ids.add(id);
      const [oldest] = ids;
      if (ids.size > PLACES && oldest !== undefined) ids.delete(oldest);
      for (const listener of listeners) listener(id, reason);
    },
  };
}
