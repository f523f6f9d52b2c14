import { signal } from '@preact/signals';
import type { HouseholdResult, UserProfile } from '@rowhouse/bufferbloat-protocol';
import { nowMs } from '../../../shared/clock.ts';
import { StreamRegistry } from '../../../shared/registry.ts';
import { runError } from '../failures.ts';
import type { RunEnd } from '../lifetime.ts';
import { createRuns } from '../runs.ts';
import type { RunnerOptions } from '../state.ts';
import { HouseholdCharts } from './charts.ts';
import { HouseholdRun } from './household-run.ts';
import { requestProfiles } from './profiles.ts';
import {
  BASELINE_MS,
  type HouseholdOptions,
  type HouseholdRunner,
  type HouseholdState,
  USUAL_OPTIONS,
  type UserLive,
} from './state.ts';

/** The page's one runner of household tests: starts and ends them, and hears what happens to the page meanwhile. */
export function createHouseholdRunner({ base, scale }: RunnerOptions): HouseholdRunner {
  const charts = new HouseholdCharts();
  const loads = new StreamRegistry(nowMs);
  const state = signal<HouseholdState>(idle(USUAL_OPTIONS, scale, []));
  let profiles: readonly UserProfile[] = [];

  function update(patch: Partial<HouseholdState>): void {
    state.value = { ...state.value, ...patch };
  }

  function meet(found: readonly UserProfile[]): void {
    profiles = found;
    charts.clear(found.map(({ id }) => id));
    update({ users: found.map(waiting), profilesError: undefined });
  }

  async function load(): Promise<void> {
    if (loads.size > 0 || runs.isActive) return;
    update({ profilesError: undefined });
    try {
      const found = await requestProfiles(base, loads);
      if (!runs.isActive) meet(found);
    } catch (thrown) {
      if (profiles.length === 0) update({ profilesError: runError(thrown) });
    }
  }

  const runs = createRuns<RunEnd<HouseholdResult>>({
    status: () => state.value.status,
    update,
    onEnd(end) {
      if (end) charts.tell();
      update({ ...(end ?? { status: 'stopped' }), phase: undefined, users: state.value.users.map(ended) });
    },
    onLeave: () => loads.cancelAll('the page goes away'),
  });

  function start(options: HouseholdOptions): void {
    if (runs.isActive) return;
    charts.clear(profiles.map(({ id }) => id));
    state.value = { ...idle(options, scale, profiles.map(waiting)), status: 'starting' };
    runs.begin(
      (isCurrent) =>
        new HouseholdRun({
          base,
          scale,
          options,
          charts,
          profiles,
          onProfiles: meet,
          update: (patch) => {
            if (isCurrent()) update(patch);
          },
        }),
    );
  }

  return {
    state,
    series: charts.series,
    revision: charts.revision,
    load: () => void load(),
    start,
    stop: () => runs.stop(),
    dispose: () => runs.dispose(),
  };
}

function idle(options: HouseholdOptions, scale: number, users: readonly UserLive[]): HouseholdState {
  const baselineMs = BASELINE_MS * scale;
  return {
    status: 'idle',
    phase: undefined,
    elapsedMs: 0,
    totalMs: baselineMs + options.durationS * 1000 * scale,
    baselineMs,
    users,
    profilesError: undefined,
    result: undefined,
    error: undefined,
    offline: !navigator.onLine,
    options,
    scale,
  };
}

const waiting = (profile: UserProfile): UserLive => ({
  profile,
  activity: 'waiting',
  latencyMs: undefined,
  addedMs: undefined,
  downloadMbps: undefined,
  uploadMbps: undefined,
  served: undefined,
  note: undefined,
});

const ended = (user: UserLive): UserLive => ({ ...user, activity: 'ended', note: undefined });
