import { isIPv6 } from 'node:net';
import type { Clock } from '@rowhouse/supervisor';
import { ClassroomError } from '../http/errors.ts';
import type { Lane } from './hashing.ts';

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

/** One attempt to sign in; call one of the two when it is known how it ended. */
export interface Attempt {
  readonly lane: Lane;
  failed(): void;
  succeeded(): void;
  /** Neither: it could not be tried. */
  abandoned(): void;
}

/**
 * Slows down guessing: per account and address by a delay that doubles. Whoever knows the password is held up by
 * nobody else's failures: an address with very many of them only gets its turn after others, and not even those who
 * have signed in from there before.
 */
export interface Throttle {
  /** @throws ClassroomError `too-many-attempts` */
  begin(name: string, address: string): Attempt;
}

interface Pair {
  failures: number;
  pending: number;
  untilMs: number;
  lastMs: number;
}

export function createThrottle(clock: Clock): Throttle {
  // Apart, so that a flood of invented names cannot push out those that are really being guessed at.
  const light = new Map<string, Pair>();
  const heavy = new Map<string, Pair>();
  const buckets = new Map<string, { failures: number; atMs: number }>();
  const known = new Map<string, true>();

  const pairOf = (key: string, nowMs: number): Pair => {
    const found = heavy.get(key) ?? light.get(key);
    if (found && (found.pending > 0 || nowMs - found.lastMs < FORGET_MS)) return found;
    heavy.delete(key);
    return { failures: 0, pending: 0, untilMs: 0, lastMs: nowMs };
  };
  const keep = (key: string, pair: Pair) => {
    light.delete(key);
    heavy.delete(key);
    put(pair.failures > FREE ? heavy : light, key, pair);
  };
  const failuresFrom = (address: string, nowMs: number): number => {
    const bucket = buckets.get(address);
    return bucket ? Math.max(0, bucket.failures - (nowMs - bucket.atMs) * ADDRESS_PER_MS) : 0;
  };

  return {
    begin(name, fullAddress) {
      const address = network(fullAddress);
      const key = `${name} ${address}`;
      const nowMs = clock.nowMs();
      const pair = pairOf(key, nowMs);
      refuseIfTooMany(pair, nowMs);
      pair.pending += 1;
      pair.lastMs = nowMs;
      keep(key, pair);
      const isCrowded = failuresFrom(address, nowMs) >= ADDRESS_FAILURES && !known.has(key);
      const over = () => void (pair.pending -= 1);
      return {
        lane: isCrowded ? 'slow' : 'now',
        abandoned: over,
        succeeded() {
          over();
          light.delete(key);
          heavy.delete(key);
          put(known, key, true);
        },
        failed() {
          over();
          const atMs = clock.nowMs();
          pair.failures += 1;
          pair.lastMs = atMs;
          pair.untilMs = atMs + delayAfter(pair.failures);
          keep(key, pair);
          const failures = Math.min(failuresFrom(address, atMs) + 1, ADDRESS_FAILURES + 60);
          put(buckets, address, { failures, atMs });
        },
      };
    },
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
