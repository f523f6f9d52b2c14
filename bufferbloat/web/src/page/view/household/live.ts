import type { ReadonlySignal } from '@preact/signals';
import { type HouseholdTimelineData, liveHousehold } from '../../charts/household/data.ts';
import type { HouseholdPhase, HouseholdRunner, HouseholdState } from '../../run/household/state.ts';
import type { BarStep } from '../steps.ts';
import { throttled } from '../throttle.ts';

/** What the running page shows, renewed a few times a second. */
export interface HouseholdView {
  readonly state: HouseholdState;
  readonly timeline: HouseholdTimelineData;
}

/** The live view of a household, renewed at most once every `everyMs`; with the function that ends it. */
export function watchHousehold(
  runner: HouseholdRunner,
  everyMs: number,
): { readonly view: ReadonlySignal<HouseholdView>; readonly end: () => void } {
  const look = (): HouseholdView => {
    const state = runner.state.peek();
    return { state, timeline: liveHousehold(runner.series, state) };
  };
  return throttled([runner.revision, runner.state], look, everyMs);
}

export const HOUSEHOLD_PHASES: Readonly<Record<HouseholdPhase, { readonly name: string; readonly doing: string }>> = {
  baseline: { name: 'Quiet', doing: 'Listening to the quiet line' },
  household: { name: 'Everyone at once', doing: 'Everyone is online at once' },
};

const ORDER: readonly HouseholdPhase[] = ['baseline', 'household'];

export interface HouseholdProgress {
  readonly steps: readonly BarStep[];
  /** Counted from 1; 0 before the first phase. */
  readonly stepNumber: number;
  readonly leftMs: number;
  /** 0 to 1, of the whole test. */
  readonly fraction: number;
}

/** How far a household test has come. */
export function householdProgress(state: HouseholdState): HouseholdProgress {
  const { phase, elapsedMs, totalMs, baselineMs } = state;
  const current = phase === undefined ? -1 : ORDER.indexOf(phase);
  const fractionOf = (fromMs: number, toMs: number) =>
    toMs > fromMs ? Math.min(1, Math.max(0, (elapsedMs - fromMs) / (toMs - fromMs))) : 0;
  const spans: Readonly<Record<HouseholdPhase, readonly [number, number]>> = {
    baseline: [0, baselineMs],
    household: [baselineMs, totalMs],
  };
  return {
    steps: ORDER.map((id, index): BarStep => {
      const [fromMs, toMs] = spans[id];
      const status = index < current ? 'done' : index > current ? 'next' : 'now';
      const fraction = status === 'done' ? 1 : status === 'next' ? 0 : fractionOf(fromMs, toMs);
      return { id, name: HOUSEHOLD_PHASES[id].name, durationMs: toMs - fromMs, status, fraction };
    }),
    stepNumber: current + 1,
    leftMs: Math.max(0, totalMs - elapsedMs),
    fraction: fractionOf(0, totalMs),
  };
}
