import { signal } from '@preact/signals';
import { BASELINE_MS, type HouseholdRunner, type HouseholdState, USUAL_OPTIONS } from './run/state.ts';

/** A runner for as long as there is no household to run. */
export function createHouseholdRunner({ scale }: { readonly base: URL; readonly scale: number }): HouseholdRunner {
  const state = signal<HouseholdState>({
    status: 'idle',
    phase: undefined,
    elapsedMs: 0,
    totalMs: 0,
    baselineMs: BASELINE_MS,
    users: [],
    profilesError: { code: 'no-household', message: 'This server has no household.' },
    result: undefined,
    error: undefined,
    offline: false,
    options: USUAL_OPTIONS,
    scale,
  });
  const nothing = () => undefined;
  const series = { latency: new Map(), download: new Map(), upload: new Map() };
  return { state, series, revision: signal(0), load: nothing, start: nothing, stop: nothing, dispose: nothing };
}
