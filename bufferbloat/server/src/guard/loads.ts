import { POOL_BYTES } from '@rowhouse/bufferbloat-protocol';
import { Buckets } from './buckets.ts';
import { DailyBudget } from './budget.ts';
import { Counts } from './counts.ts';
import { Refusal } from './refusals.ts';
import type { GuardLimits } from './settings.ts';

/** One transfer that was admitted. */
export interface Load {
  /** Counts bytes handed to the network. @returns `false` when a budget is used up: end the transfer */
  sent(bytes: number): boolean;
  /** Counts bytes that arrived. @returns `false` when a budget is used up: end the transfer */
  received(bytes: number): boolean;
  /** Must be called exactly when the transfer is over, however it ended; calling it again is harmless. */
  end(): void;
}

/** Admits transfers. */
export interface Loads {
  readonly open: number;
  readonly outgoingBytes: number;
  /**
   * @param key the visitor's address key
   * @param anonymous without a token: the transfer eats into the address's small budget
   * @throws Refusal `outgoing-budget`, `server-full`, `too-many-loads`, `anonymous-budget`
   */
  begin(key: string, anonymous: boolean): Load;
}

/** A transfer without a token begins only if the address can afford its first piece: a refusal, not a reset. */
const [FIRST_PIECE_BYTES] = POOL_BYTES;
const HOUR_S = 3600;
/** When there is nothing better to say: about the time that a test holds its connections. */
const RETRY_AFTER_S = 10;

export function createLoads(limits: GuardLimits, nowMs: () => number): Loads {
  const counts = new Counts();
  const outgoing = new DailyBudget(limits.outgoingGBPerDay * 1e9, nowMs);
  const anonymousBytes = limits.anonymousMiB * 2 ** 20;
  const leastBytes = Math.min(FIRST_PIECE_BYTES, anonymousBytes);
  const budgets = new Buckets({ capacity: anonymousBytes, perS: anonymousBytes / HOUR_S, nowMs });

  return {
    get open() {
      return counts.total;
    },
    get outgoingBytes() {
      return outgoing.usedBytes;
    },
    begin(key, anonymous) {
      if (outgoing.waitS > 0) throw new Refusal('outgoing-budget', { retryAfterS: outgoing.waitS });
      if (counts.of(key) >= limits.loadsPerAddress) throw new Refusal('too-many-loads', { retryAfterS: RETRY_AFTER_S });
      if (counts.total >= limits.loads) throw new Refusal('server-full', { retryAfterS: RETRY_AFTER_S });
      if (anonymous && budgets.level(key) < leastBytes) {
        const missing = leastBytes - budgets.level(key);
        throw new Refusal('anonymous-budget', { retryAfterS: (missing / anonymousBytes) * HOUR_S });
      }
      const afford = (bytes: number) => !anonymous || budgets.take(key, bytes) === 0;
      return {
        sent: (bytes) => outgoing.spend(bytes) && afford(bytes),
        received: afford,
        end: counts.add(key),
      };
    },
  };
}
