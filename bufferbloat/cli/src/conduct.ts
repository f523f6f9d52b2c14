import {
  type ConductorEffect,
  type ConductorEvent,
  type ConductorState,
  createConductor,
  type PhasePlan,
  step,
  telemetryIntervalMs,
} from '@rowhouse/bufferbloat-engine';
import { unixNowMs } from './clock.ts';
import type { LoadGroup } from './load-group.ts';
import type { ProbeThread } from './probe-thread.ts';
import type { Rates } from './rates.ts';
import type { Telemetry } from './telemetry.ts';

/** How often the conductor is told the time, in milliseconds. */
const TICK_MS = 20;
/** The interval of telemetry is not changed more often than this. */
const INTERVAL_HOLD_MS = 1000;

/** What a test is run with. */
export interface Stage {
  readonly telemetry: Telemetry;
  readonly probes: ProbeThread;
  readonly load: { readonly download: LoadGroup; readonly upload: LoadGroup };
  readonly rates: Rates;
}

/** Runs a plan: feeds the engine's conductor and does what it says. */
export class Conducting {
  state: ConductorState;
  /** What happened before there was a stage. */
  readonly #early: ConductorEvent[] = [];
  #perform: ((effect: ConductorEffect) => void) | undefined;

  constructor(plan: readonly PhasePlan[]) {
    this.state = createConductor(plan);
  }

  feed(event: ConductorEvent): void {
    if (this.#perform === undefined) {
      this.#early.push(event);
      return;
    }
    const [next, effects] = step(this.state, event);
    this.state = next;
    for (const effect of effects) this.#perform(effect);
  }

  /** Runs the test to its end; `ticked` is called after every tick. Rejects with the signal's reason. */
  async run(stage: Stage, signal: AbortSignal, ticked: (state: ConductorState) => void): Promise<void> {
    signal.throwIfAborted();
    let timer: NodeJS.Timeout | undefined;
    try {
      await new Promise<void>((resolve, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
        this.#perform = (effect) => {
          if (effect.type === 'finish') resolve();
          else perform(effect, stage);
        };
        for (const event of this.#early) this.feed(event);
        this.feed({ type: 'start', nowMs: unixNowMs() });
        const paceTelemetry = telemetryPacer(stage.telemetry);
        timer = setInterval(() => {
          const nowMs = unixNowMs();
          const report = stage.rates.downloaded(nowMs, stage.load.download.receivedBytes);
          if (report) this.feed({ type: 'rate', nowMs, ...report });
          this.feed({ type: 'tick', nowMs });
          paceTelemetry(this.state, nowMs);
          ticked(this.state);
        }, TICK_MS);
      });
    } finally {
      clearInterval(timer);
    }
  }
}

function perform(effect: ConductorEffect, { telemetry, probes, load }: Stage): void {
  if (effect.type === 'probe-rate') probes.setRate(effect);
  if (effect.type !== 'load') return;
  for (const direction of ['download', 'upload'] as const) {
    const ends = effect[direction] === 0 && load[direction].wanted > 0;
    load[direction].want(effect[direction]);
    if (ends) telemetry.send({ type: 'stop-load', direction });
  }
}

function telemetryPacer(telemetry: Telemetry): (state: ConductorState, nowMs: number) => void {
  let said = { atMs: 0, intervalMs: 0 };
  return (state, nowMs) => {
    const intervalMs = telemetryIntervalMs(state);
    if (intervalMs === said.intervalMs || nowMs - said.atMs < INTERVAL_HOLD_MS) return;
    said = { atMs: nowMs, intervalMs };
    telemetry.send({ type: 'interval', intervalMs });
  };
}
