/** Where a test is: the quiet line, all users at once, then only what is still on its way, and that has come. */
export type Stage = 'baseline' | 'household' | 'draining' | 'done';

/** How long the last reports and replies may take, in milliseconds: as long as a reply is awaited. */
const DRAIN_MS = 3000;

export interface StageTimes {
  readonly baselineMs: number;
  readonly durationMs: number;
}

/** Takes a test through its stages by the time alone. */
export class Stages {
  readonly #times: StageTimes;
  readonly #startedAtMs: number;
  #stage: Stage = 'baseline';
  #fromMs: number;
  readonly #traffic = { fromMs: Number.NaN, toMs: Number.NaN };

  constructor(times: StageTimes, startedAtMs: number) {
    this.#times = times;
    this.#startedAtMs = startedAtMs;
    this.#fromMs = startedAtMs;
  }

  get stage(): Stage {
    return this.#stage;
  }

  get startedAtMs(): number {
    return this.#startedAtMs;
  }

  /** The time under load as it really was, in Unix milliseconds; NaN as long as it has not begun or ended. */
  get traffic(): { readonly fromMs: number; readonly toMs: number } {
    return this.#traffic;
  }

  /**
   * Lets the time pass.
   *
   * @param settled whether nothing is on its way any more
   * @returns the stage that begins now, if one does
   */
  beat(nowMs: number, settled: boolean): Stage | undefined {
    const lastedMs = nowMs - this.#fromMs;
    const { baselineMs, durationMs } = this.#times;
    switch (this.#stage) {
      case 'baseline':
        if (lastedMs < baselineMs) return undefined;
        this.#traffic.fromMs = nowMs;
        return this.#begin('household', nowMs);
      case 'household':
        if (lastedMs < durationMs) return undefined;
        this.#traffic.toMs = nowMs;
        return this.#begin('draining', nowMs);
      case 'draining':
        return settled || lastedMs >= DRAIN_MS ? this.#begin('done', nowMs) : undefined;
      case 'done':
        return undefined;
    }
  }

  #begin(stage: Stage, nowMs: number): Stage {
    this.#stage = stage;
    this.#fromMs = nowMs;
    return stage;
  }
}
