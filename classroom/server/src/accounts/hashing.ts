import { hash, type Options, verify } from '@node-rs/argon2';
import { ClassroomError } from '../http/errors.ts';
import { createFairLine, type FairLine, type Place } from './fair-line.ts';

/** As OWASP asks for: 19 MiB, two passes, one lane. argon2id is the library's default. */
const COST: Options = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };
const RETRY_S = 2;

/** `now`: somebody waits who did nothing wrong. `slow`: from where many wrong passwords came. `bulk`: a list is imported. */
export type Lane = 'now' | 'slow' | 'bulk';

/** How many may wait in a lane: a school behind one address signs in at once. */
const PLACES = { perAddress: 400, total: 1_000 };
const BULK_PLACES = { perAddress: 2_000, total: 2_000 };
/** Of what the server itself has to hash. */
const OURS: Place = { address: '', mistakes: 0 };
const ORDER: readonly Lane[] = ['now', 'slow', 'bulk'];

/** Where one waits for a password to be checked. */
export interface Turn {
  readonly lane: Lane;
  readonly place: Place;
  /** Nobody waits for the answer any more. */
  readonly gone?: AbortSignal | undefined;
}

/**
 * Hashes passwords off the main thread, a few at a time; each takes about 20 ms of a core.
 * Both throw ClassroomError `busy` when there is no place in the lane, or somebody else has a better claim to it.
 */
export interface Hasher {
  hash(password: string, lane: Lane): Promise<string>;
  /** @param stored `undefined`: there is no such account, and it takes just as long to say so */
  verify(stored: string | undefined, password: string, turn: Turn): Promise<boolean>;
  /** For metrics. */
  waiting(): number;
}

/** @param concurrency of the four threads that node has for such work, files need one too */
export function createHasher(concurrency: number): Hasher {
  const waiting: Readonly<Record<Lane, FairLine<Work>>> = {
    now: createFairLine(PLACES),
    slow: createFairLine(PLACES),
    bulk: createFairLine(BULK_PLACES),
  };
  const running: Record<Lane, number> = { now: 0, slow: 0, bulk: 0 };
  const most: Readonly<Record<Lane, number>> = { now: concurrency, slow: 1, bulk: 1 };
  // Of a password that nobody has. Made when it is first needed, with the cost of all others.
  let decoy: Promise<string> | undefined;

  const next = () => {
    while (running.now + running.slow + running.bulk < concurrency) {
      const lane = ORDER.find((name) => waiting[name].size > 0 && running[name] < most[name]);
      const work = lane && waiting[lane].next();
      if (!work) return;
      work.start();
    }
  };
  const inTurn = <T>({ lane, place, gone }: Turn, work: () => Promise<T>): Promise<T> =>
    new Promise<T>((resolve, reject) => {
      const giveUp = () => reject(new ClassroomError('busy', { retryAfterS: RETRY_S }));
      const leave = () => {
        waiting[lane].leave(place, entry);
        giveUp();
      };
      const entry: Work = {
        start() {
          gone?.removeEventListener('abort', leave);
          running[lane] += 1;
          const done = () => {
            running[lane] -= 1;
            next();
          };
          work().finally(done).then(resolve, reject);
        },
        giveUp,
      };
      if (gone?.aborted) return giveUp();
      gone?.addEventListener('abort', leave, { once: true });
      waiting[lane].enter(place, entry)?.giveUp();
      next();
    });

  return {
    hash: (password, lane) => inTurn({ lane, place: OURS }, () => hash(password, COST)),
    async verify(stored, password, turn) {
      decoy ??= hash(crypto.randomUUID(), COST);
      const against = stored ?? (await decoy);
      const matches = await inTurn(turn, () => verify(against, password));
      return matches && stored !== undefined;
    },
    waiting: () => waiting.now.size + waiting.slow.size + waiting.bulk.size,
  };
}

interface Work {
  start(): void;
  /** Its place went to somebody else. */
  giveUp(): void;
}
