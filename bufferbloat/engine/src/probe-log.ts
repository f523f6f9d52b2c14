import { percentile } from './percentile.ts';

/** How long a reply is awaited, in milliseconds. */
export const REPLY_WAIT_MS = 3000;

/** One probe as it was seen; `sentMs` is Unix time. The same as the protocol's `LatencySample`, before the analysis. */
export interface ProbeSample {
  readonly sentMs: number;
  /** Round trip; the age when the wait ended if censored; `null` if lost. */
  readonly rttMs: number | null;
  readonly outcome: 'ok' | 'lost' | 'censored';
}

interface Entry {
  readonly sentMs: number;
  sample: ProbeSample | undefined;
  /** The server's clock minus ours, from this probe alone. */
  offsetMs: number;
}

/**
 * Records the probes of one signal. A reply counts whenever it comes, also after 3 s: it is the truth about its probe. A
 * probe that never comes back is *lost* if the signal is unordered (UDP) and a later probe has come back: the queue was
 * full and dropped it. Otherwise it is *censored*: it took at least as long as we waited, and counts at that age.
 */
export class ProbeLog {
  readonly signal: 'udp' | 'websocket';
  readonly #entries: Entry[] = [];
  readonly #waiting = new Map<number, number>();
  #latestAnswered = -1;

  constructor(signal: 'udp' | 'websocket') {
    this.signal = signal;
  }

  /** A probe goes out. Throws a `RangeError` if a probe of that number is still awaited. */
  sent(sequence: number, sentMs: number): void {
    if (this.#waiting.has(sequence)) throw new RangeError(`probe ${sequence} is still awaited`);
    this.#waiting.set(sequence, this.#entries.length);
    this.#entries.push({ sentMs, sample: undefined, offsetMs: 0 });
  }

  /** A reply came: its round trip in milliseconds, or `undefined` for one that is not awaited (a duplicate, a stray). */
  answered(sequence: number, receivedMs: number, serverTimeMs: number): number | undefined {
    const index = this.#waiting.get(sequence);
    const entry = index === undefined ? undefined : this.#entries[index];
    if (index === undefined || entry === undefined) return undefined;
    this.#waiting.delete(sequence);
    this.#latestAnswered = Math.max(this.#latestAnswered, index);
    const rttMs = Math.max(0, receivedMs - entry.sentMs);
    entry.offsetMs = serverTimeMs - (entry.sentMs + receivedMs) / 2;
    entry.sample = { sentMs: entry.sentMs, rttMs, outcome: 'ok' };
    return rttMs;
  }

  /** How many probes are younger than `waitMs` and not back: what a test that ends still waits for. */
  outstanding(nowMs: number, waitMs = REPLY_WAIT_MS): number {
    return this.#awaited().filter((entry) => nowMs - entry.sentMs < waitMs).length;
  }

  /** Ends the wait: every probe that is not back is lost or censored, at most at `waitMs`. */
  settle(nowMs: number, waitMs = REPLY_WAIT_MS): void {
    for (const [sequence, index] of this.#waiting) this.#giveUp(sequence, index, nowMs, waitMs);
  }

  /**
   * The connection broke: replies can no longer come, for a reason that is not the queue. Probes younger than `waitMs`
   * are taken back; the answer is when the first of them was sent, which is where the gap begins.
   */
  disconnected(nowMs: number, waitMs = REPLY_WAIT_MS): number {
    let gapFromMs = nowMs;
    for (const [sequence, index] of this.#waiting) {
      const sentMs = this.#entries[index]?.sentMs ?? nowMs;
      if (nowMs - sentMs >= waitMs) {
        this.#giveUp(sequence, index, nowMs, waitMs);
      } else {
        this.#waiting.delete(sequence);
        gapFromMs = Math.min(gapFromMs, sentMs);
      }
    }
    return gapFromMs;
  }

  /** Every probe whose outcome is known, in the order in which they were sent. */
  samples(): ProbeSample[] {
    return this.#entries.flatMap((entry) => entry.sample ?? []);
  }

  /** The server's clock minus ours in milliseconds: the median over the fastest 5 % of replies, which queued least. */
  clockOffsetMs(): number | undefined {
    const answered = this.#entries.flatMap(({ sample, offsetMs }) =>
      sample?.outcome === 'ok' && sample.rttMs !== null ? [{ rttMs: sample.rttMs, offsetMs }] : [],
    );
    answered.sort((a, b) => a.rttMs - b.rttMs);
    const fastest = answered.slice(0, Math.ceil(answered.length / 20)).map((each) => each.offsetMs);
    return percentile(fastest, 50) ?? undefined;
  }

  #awaited(): Entry[] {
    return [...this.#waiting.values()].flatMap((index) => this.#entries[index] ?? []);
  }

  #giveUp(sequence: number, index: number, nowMs: number, waitMs: number): void {
    this.#waiting.delete(sequence);
    const entry = this.#entries[index];
    if (entry === undefined) return;
    const overtaken = this.signal === 'udp' && index < this.#latestAnswered;
    entry.sample = overtaken
      ? { sentMs: entry.sentMs, rttMs: null, outcome: 'lost' }
      : { sentMs: entry.sentMs, rttMs: Math.min(waitMs, Math.max(0, nowMs - entry.sentMs)), outcome: 'censored' };
  }
}
