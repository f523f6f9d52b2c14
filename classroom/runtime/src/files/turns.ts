import { RuntimeError } from '../errors.ts';

/** One file operation of a room at a time, in the order in which they came. */
export interface Turns {
  readonly waiting: number;
  /** @throws RuntimeError `ERR_LIMIT` when too many wait; otherwise whatever `run` throws */
  take<T>(run: () => Promise<T>): Promise<T>;
}

export const MOST_WAITING = 64;

export function createTurns(): Turns {
  let last: Promise<unknown> = Promise.resolve();
  let waiting = 0;
  return {
    get waiting() {
      return waiting;
    },
    async take(run) {
      if (waiting >= MOST_WAITING) {
        throw new RuntimeError('ERR_LIMIT', { limit: 'fileOperations', value: MOST_WAITING });
      }
      waiting += 1;
      const before = last;
      const mine = before.then(run).finally(() => {
        waiting -= 1;
      });
      last = mine.catch(() => {}); // the next does not care how this one ended
      return mine;
    },
  };
}
