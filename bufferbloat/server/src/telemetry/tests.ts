import type { Logger, LoopDelay } from '@rowhouse/service';
import { unixNowMs } from '../clock.ts';
import { Refusal, type TokenClaims } from '../guard/index.ts';
import type { Tcp } from '../tcp/index.ts';
import { Test } from './test.ts';

/** How long a test may go without a telemetry socket, before its first and after each: 5 s. */
export const ALONE_MS = 5_000;
const HEARTBEAT_MS = 100;

export interface TestsOptions {
  readonly tcp: Tcp;
  /** Gets one line a test, when it ends. */
  readonly log: Pick<Logger, 'info'>;
  /** Begins to watch the event loop; called when the first test begins, stopped after the last. */
  readonly watchLoopDelay: () => LoopDelay;
  /** The ping process's worst loop delay within the last second, when it is known. */
  readonly pingLoopDelayMs: () => number | undefined;
  /** Unix time in milliseconds, with fractions. */
  readonly nowMs?: () => number;
}

/** Why a test ended: its telemetry socket was closed, it never had one, its token expired, the server stops. */
type Reason = 'closed' | 'unattended' | 'expired' | 'stopping';

/** The running tests. While there are any, one heartbeat serves them all; without any, nothing runs. */
export class Tests {
  readonly #options: TestsOptions;
  readonly #nowMs: () => number;
  readonly #tests = new Map<string, Test>();
  #heartbeat: NodeJS.Timeout | undefined;
  #loopDelay: LoopDelay | undefined;
  #onIdle: (() => void) | undefined;

  constructor(options: TestsOptions) {
    this.#options = options;
    this.#nowMs = options.nowMs ?? unixNowMs;
  }

  /** Tests that somebody listens to or loads with. */
  get active(): number {
    return [...this.#tests.values()].filter((test) => test.active).length;
  }

  /** Tests that are remembered; 0 means that no timer runs either. */
  get size(): number {
    return this.#tests.size;
  }

  /** The test of a telemetry socket, begun if need be. */
  open(claims: TokenClaims): Test {
    const known = this.#tests.get(claims.testId);
    if (known) return known;
    const test = new Test(claims, this.#options.tcp, this.#nowMs());
    this.#tests.set(test.id, test);
    this.#loopDelay ??= this.#options.watchLoopDelay();
    this.#heartbeat ??= setInterval(() => this.#beat(), HEARTBEAT_MS);
    return test;
  }

  /** The test of a load. @throws Refusal `expired-token` when its telemetry socket was closed */
  join(claims: TokenClaims): Test {
    const test = this.open(claims);
    if (test.abandoned) throw new Refusal('expired-token', { detail: 'This test is over; start a new one.' });
    return test;
  }

  /** The clock of every tick: Unix time in milliseconds, with fractions. */
  get nowMs(): number {
    return this.#nowMs();
  }

  /** Resolves when no test is active, at the latest after `deadlineMs`, when what is left is ended. */
  async drain(deadlineMs: number): Promise<void> {
    if (this.active > 0) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, deadlineMs);
        this.#onIdle = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    for (const test of this.#tests.values()) this.#end(test, 'stopping');
  }

  #beat(): void {
    const nowMs = this.#nowMs();
    const delays = { main: this.#loopDelay?.takeWorstMs() ?? 0, ping: this.#options.pingLoopDelayMs() };
    for (const test of this.#tests.values()) {
      if (nowMs >= test.expiresAtMs) this.#end(test, 'expired');
      else if (test.aloneMs(nowMs) >= ALONE_MS) this.#end(test, test.abandoned ? 'closed' : 'unattended');
      else test.beat(nowMs, delays);
    }
    if (this.active === 0) this.#onIdle?.();
  }

  #end(test: Test, reason: Reason): void {
    this.#options.log.info({ ...test.summary(this.#nowMs()), reason }, 'test ended');
    test.end();
    this.#tests.delete(test.id);
    if (this.#tests.size > 0) return;
    clearInterval(this.#heartbeat);
    this.#heartbeat = undefined;
    this.#loopDelay?.stop();
    this.#loopDelay = undefined;
  }
}
