import { signal } from '@preact/signals';
import type { UserProfile } from '@rowhouse/bufferbloat-protocol';
import { nowMs } from '../../../shared/clock.ts';
import { StreamRegistry } from '../../../shared/registry.ts';
import { runError } from '../failures.ts';
import { listenToPage } from '../page-events.ts';
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
  let current: HouseholdRun | undefined;

  function update(patch: Partial<HouseholdState>): void {
    state.value = { ...state.value, ...patch };
  }

  function meet(found: readonly UserProfile[]): void {
    profiles = found;
    charts.clear(found.map(({ id }) => id));
    update({ users: found.map(waiting), profilesError: undefined });
  }

  async function load(): Promise<void> {
    if (loads.size > 0 || current) return;
    update({ profilesError: undefined });
    try {
      const found = await requestProfiles(base, loads);
      if (!current) meet(found);
    } catch (thrown) {
      if (profiles.length === 0) update({ profilesError: runError(thrown) });
    }
  }

  function start(options: HouseholdOptions): void {
    if (current) return;
    charts.clear(profiles.map(({ id }) => id));
    state.value = { ...idle(options, scale, profiles.map(waiting)), status: 'starting' };
    const run = new HouseholdRun({
      base,
      scale,
      options,
      charts,
      profiles,
      onProfiles: meet,
      update: (patch) => {
        if (current === run) update(patch);
      },
    });
    current = run;
    void run.run().then((end) => {
      if (current !== run) return;
      current = undefined;
      charts.tell();
      update({ ...end, phase: undefined, users: state.value.users.map(ended) });
    });
  }

  /** The page goes away; should it come back (back-forward cache), it shows a stopped test. */
  function abandon(): void {
    loads.cancelAll('the page goes away');
    if (!current) return;
    current.abandon();
    current = undefined;
    update({ status: 'stopped', phase: undefined, users: state.value.users.map(ended) });
  }

  const endListening = listenToPage({
    onLeave: abandon,
    onNetwork: (offline) => {
      update({ offline });
      current?.setOffline(offline);
    },
    onHidden: (hidden) => current?.setHidden(hidden),
  });

  return {
    state,
    series: charts.series,
    revision: charts.revision,
    load: () => void load(),
    start,
    stop: () => {
      if (state.value.status === 'starting' || state.value.status === 'running') update({ status: 'stopping' });
      current?.stop();
    },
    dispose: () => {
      endListening();
      abandon();
    },
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
