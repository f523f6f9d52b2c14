import { createFairLine, type Place } from '../accounts/fair-line.ts';
import { ClassroomError } from '../http/errors.ts';

/** Asked for at once: the database has other things to answer too. */
const AT_ONCE = 6;
const PLACES = { perAddress: 400, total: 1_000 };
const RETRY_S = 1;

/**
 * Questions for the database about tokens that are not in memory. Each is asked once however many wait for its answer,
 * and in turn, so that a flood of invented tokens does not shut out those who come back after a restart.
 */
export interface Lookups<T> {
  /** @throws ClassroomError `busy` when there is no place in the line, or somebody else has a better claim to it */
  ask(key: string, place: Place, look: () => Promise<T>): Promise<T>;
}

export function createLookups<T>(): Lookups<T> {
  const line = createFairLine<{ start(): void; giveUp(): void }>(PLACES);
  const waiting = new Map<string, Promise<T>>();
  let running = 0;

  const next = () => {
    while (running < AT_ONCE) {
      const entry = line.next();
      if (!entry) return;
      running += 1;
      entry.start();
    }
  };
  const inTurn = (place: Place, look: () => Promise<T>): Promise<T> =>
    new Promise<T>((resolve, reject) => {
      const done = () => {
        running -= 1;
        next();
      };
      const lost = line.enter(place, {
        start: () => void look().finally(done).then(resolve, reject),
        giveUp: () => reject(new ClassroomError('busy', { retryAfterS: RETRY_S })),
      });
      lost?.giveUp();
      next();
    });

  return {
    ask(key, place, look) {
      const underWay = waiting.get(key);
      if (underWay) return underWay;
      const answer = inTurn(place, look).finally(() => waiting.delete(key));
      waiting.set(key, answer);
      return answer;
    },
  };
}
