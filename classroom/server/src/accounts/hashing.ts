import { hash, type Options, verify } from '@node-rs/argon2';
import { ClassroomError } from '../http/errors.ts';

/** As OWASP asks for: 19 MiB, two passes, one lane. argon2id is the library's default. */
const COST: Options = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };
const RETRY_S = 2;

/** `now`: somebody waits who did nothing wrong. `slow`: from where many wrong passwords came. `bulk`: a list is imported. */
export type Lane = 'now' | 'slow' | 'bulk';

/** How many may wait in a lane. */
const PLACES: Readonly<Record<Lane, number>> = { now: 200, slow: 50, bulk: 2_000 };
const ORDER: readonly Lane[] = ['now', 'slow', 'bulk'];

/**
 * Hashes passwords off the main thread, a few at a time; each takes about 20 ms of a core.
 * Both throw ClassroomError `busy` when the lane is full.
 */
export interface Hasher {
  hash(password: string, lane: Lane): Promise<string>;
  /** @param stored `undefined`: there is no such account, and it takes just as long to say so */
  verify(stored: string | undefined, password: string, lane: Lane): Promise<boolean>;
  /** For metrics. */
  waiting(): number;
}

/** @param concurrency of the four threads that node has for such work, files need one too */
export function createHasher(concurrency: number): Hasher {
  const waiting: Record<Lane, (() => void)[]> = { now: [], slow: [], bulk: [] };
  const running: Record<Lane, number> = { now: 0, slow: 0, bulk: 0 };
  const most: Readonly<Record<Lane, number>> = { now: concurrency, slow: 1, bulk: 1 };
  // Of a password that nobody has. Made when it is first needed, with the cost of all others.
  let decoy: Promise<string> | undefined;

  const next = () => {
    while (running.now + running.slow + running.bulk < concurrency) {
      const lane = ORDER.find((name) => waiting[name].length > 0 && running[name] < most[name]);
      const start = lane && waiting[lane].shift();
      if (!start) return;
      start();
    }
  };
  const inTurn = <T>(lane: Lane, work: () => Promise<T>): Promise<T> => {
    if (waiting[lane].length >= PLACES[lane])
      return Promise.reject(new ClassroomError('busy', { retryAfterS: RETRY_S }));
    return new Promise((resolve, reject) => {
      waiting[lane].push(() => {
        running[lane] += 1;
        const done = () => {
          running[lane] -= 1;
          next();
        };
        work().finally(done).then(resolve, reject);
      });
      next();
    });
  };

  return {
    hash: (password, lane) => inTurn(lane, () => hash(password, COST)),
    async verify(stored, password, lane) {
      decoy ??= hash(crypto.randomUUID(), COST);
      const against = stored ?? (await decoy);
      const matches = await inTurn(lane, () => verify(against, password));
      return matches && stored !== undefined;
    },
    waiting: () => waiting.now.length + waiting.slow.length + waiting.bulk.length,
  };
}
