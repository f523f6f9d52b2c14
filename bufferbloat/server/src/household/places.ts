import { Counts, Refusal, type GuardLimits, type TokenClaims, type Visitor } from '../guard/index.ts';

/** About the time after which a session may be over. */
const RETRY_AFTER_S = 10;
/** One, and those that its test has lost on the way and that have not been noticed yet. */
const SESSIONS_PER_TEST = 4;

/** How many sessions there may be. */
export class Places {
  readonly #most: number;
  readonly #limits: GuardLimits;
  readonly #byAddress = new Counts();
  readonly #byTest = new Counts();

  constructor(most: number, limits: GuardLimits) {
    this.#most = most;
    this.#limits = limits;
  }

  /** Taken, by open sessions and those about to open. */
  get taken(): number {
    return this.#byAddress.total;
  }

  /**
   * @returns gives the place back; calling it again is harmless
   * @throws Refusal `server-full`, `too-many-sessions`
   */
  take(visitor: Visitor, claims: TokenClaims, userId: string): () => void {
    const test = `${claims.testId} ${userId}`;
    if (
      this.#byAddress.of(visitor.key) >= this.#limits.sessionsPerAddress ||
      this.#byTest.of(test) >= SESSIONS_PER_TEST
    )
      throw new Refusal('too-many-sessions', { retryAfterS: RETRY_AFTER_S });
    if (this.taken >= this.#most) throw new Refusal('server-full', { retryAfterS: RETRY_AFTER_S });
    const releases = [this.#byAddress.add(visitor.key), this.#byTest.add(test)];
    return () => {
      for (const release of releases) release();
    };
  }
}
