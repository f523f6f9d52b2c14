import { isIPv6 } from 'node:net';
import type { Clock } from '@rowhouse/supervisor';
import { ClassroomError } from '../http/errors.ts';
import type { Turn } from './hashing.ts';

/** Wrong passwords that anybody may have. */
const FREE = 5;
const FIRST_DELAY_MS = 1_000;
const MOST_DELAY_MS = 60_000;
/** Without a further one all is forgotten. */
const FORGET_MS = 15 * 60_000;
/** Wrong passwords from one address, behind which a whole school may be; one a second comes back. */
const ADDRESS_FAILURES = 300;
const ADDRESS_PER_MS = 1 / 1_000;
/** Of each kind. */
const PLACES = 10_000;
/** Wrong passwords on one connection that are a person's: beyond them others of the address go first. */
const SLIPS = 2;

/** From where somebody tries. */
export interface Origin {
  readonly address: string;
  /** What ends when they leave: one of them tries one password at a time. */
  readonly connection: object;
  /** A browser with which that name has signed in before: its attempts are counted by themselves. */
  readonly browser?: string | undefined;
  /** Nobody waits for the answer any more. */
  readonly gone?: AbortSignal;
}

/** One attempt to sign in; call one of the two when it is known how it ended. */
export interface Attempt {
  readonly turn: Turn;
  failed(): void;
  succeeded(): void;
  /** Neither: it could not be tried. */
  abandoned(): void;
}

/**
 * Slows down guessing: per account and address by a delay that doubles. Whoever knows the password is held up by
 * nobody else's failures, not even with their name if their browser is known to have it: an address with very many of them only gets its turn after others, though not those who have
 * signed in from there before, and within an address who guesses wrong comes after who does not.
 */
export interface Throttle {
  /** @throws ClassroomError `too-many-attempts` */
  begin(name: string, origin: Origin): Attempt;
  /** The same for who is signed in as that account already, and whom the failures of others do not concern. */
  beginSignedIn(name: string, origin: Origin): Attempt;
}

interface Pair {
  failures: number;
  pending: number;
  untilMs: number;
  lastMs: number;
}

interface Connection {
  mistakes: number;
  trying: boolean;
}

export function createThrottle(clock: Clock): Throttle {
  // Apart, so that a flood of invented names cannot push out those that are really being guessed at.
  const light = new Map<string, Pair>();
  const heavy = new Map<string, Pair>();
  // What is being tried is no failure yet: however many try at once, nobody is forgotten for it.
  const underWay = new Map<string, Pair>();
  const buckets = new Map<string, { failures: number; atMs: number }>();
  const known = new Map<string, true>();
  const connections = new WeakMap<object, Connection>();

  const pairOf = (key: string, nowMs: number): Pair => {
    const found = underWay.get(key) ?? heavy.get(key) ?? light.get(key);
    if (found && (found.pending > 0 || nowMs - found.lastMs < FORGET_MS)) return found;
    forget(key);
    return { failures: 0, pending: 0, untilMs: 0, lastMs: nowMs };
  };
  const forget = (key: string) => {
    light.delete(key);
    heavy.delete(key);
  };
  const failuresFrom = (address: string, nowMs: number): number => {
    const bucket = buckets.get(address);
    return bucket ? Math.max(0, bucket.failures - (nowMs - bucket.atMs) * ADDRESS_PER_MS) : 0;
  };
  const connectionOf = (object: object): Connection => {
    const connection = connections.get(object) ?? { mistakes: 0, trying: false };
    connections.set(object, connection);
    return connection;
  };

  const begin = (key: string, address: string, origin: Origin, isKnown: boolean): Attempt => {
    const nowMs = clock.nowMs();
    const connection = connectionOf(origin.connection);
    if (connection.trying) throw tooMany(FIRST_DELAY_MS);
    const pair = pairOf(key, nowMs);
    refuseIfTooMany(pair, nowMs);
    connection.trying = true;
    pair.pending += 1;
    underWay.set(key, pair);
    const isCrowded = failuresFrom(address, nowMs) >= ADDRESS_FAILURES && !isKnown;
    const over = () => {
      connection.trying = false;
      pair.pending -= 1;
      if (pair.pending === 0) underWay.delete(key);
    };
    const mistakes = Math.max(0, connection.mistakes - SLIPS);
    return {
      turn: { lane: isCrowded ? 'slow' : 'now', place: { address, mistakes }, gone: origin.gone },
      abandoned: over,
      succeeded() {
        over();
        forget(key);
        pair.failures = 0;
        put(known, key, true);
      },
      failed() {
        over();
        const atMs = clock.nowMs();
        connection.mistakes += 1;
        pair.failures += 1;
        pair.lastMs = atMs;
        pair.untilMs = atMs + delayAfter(pair.failures);
        forget(key);
        put(pair.failures > FREE ? heavy : light, key, pair);
        const failures = Math.min(failuresFrom(address, atMs) + 1, ADDRESS_FAILURES + 60);
        put(buckets, address, { failures, atMs });
      },
    };
  };

  return {
    begin(name, origin) {
      const address = network(origin.address);
      const key = `${name} ${origin.browser ?? address}`;
      return begin(key, address, origin, origin.browser !== undefined || known.has(key));
    },
    beginSignedIn: (name, origin) => begin(`${name} signed in`, network(origin.address), origin, true),
  };
}

/** Also what is under way counts: many at once are no way around the delay. */
function refuseIfTooMany(pair: Pair, nowMs: number): void {
  const waitMs = pair.untilMs - nowMs;
  if (waitMs > 0) throw tooMany(waitMs);
  const allowed = Math.max(1, FREE - pair.failures);
  if (pair.pending >= allowed) throw tooMany(FIRST_DELAY_MS);
}

function tooMany(waitMs: number): ClassroomError {
  const seconds = Math.ceil(waitMs / 1_000);
  const message = `Too many wrong passwords. Try again in ${seconds} ${seconds === 1 ? 'second' : 'seconds'}.`;
  return new ClassroomError('too-many-attempts', { message, retryAfterS: seconds });
}

function delayAfter(failures: number): number {
  return failures < FREE ? 0 : Math.min(MOST_DELAY_MS, FIRST_DELAY_MS * 2 ** (failures - FREE));
}

/** The newest last; the oldest goes when it is full. */
function put<T>(map: Map<string, T>, key: string, value: T): void {
  map.delete(key);
  map.set(key, value);
  if (map.size > PLACES) for (const oldest of map.keys()) return void map.delete(oldest);
}

/** Of IPv6 the first half: the rest is whatever the machine likes. */
function network(address: string): string {
  if (address.startsWith('::ffff:') && address.includes('.')) return address.slice(7);
  if (!isIPv6(address)) return address;
  const [head = '', tail] = address.split('::');
  const groups = head.split(':').filter((group) => group !== '');
  if (tail !== undefined) while (groups.length < 4) groups.push('0');
  return `${groups.slice(0, 4).join(':')}::`;
}
