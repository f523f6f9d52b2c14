import { signal } from '@preact/signals';
import { HOUSEHOLD_PROFILES, type HouseholdResult, type UserProfile } from '@rowhouse/bufferbloat-protocol';
import type { LivePoint } from '../src/page/run/state.ts';
import {
  type HouseholdRunner,
  type HouseholdSeries,
  type HouseholdState,
  USUAL_OPTIONS,
  type UserActivity,
  type UserLive,
} from '../src/page/run/household/state.ts';
import { CAMERA } from './camera.ts';
import { BASELINE_MS, type HouseName, householdResultOf } from './household-line.ts';

const TOTAL_MS = 65_000;

function waiting(profile: UserProfile, activity: UserActivity = 'waiting'): UserLive {
  return {
    profile,
    activity,
    latencyMs: undefined,
    addedMs: undefined,
    downloadMbps: undefined,
    uploadMbps: undefined,
    served: undefined,
    note: undefined,
  };
}

const IDLE: HouseholdState = {
  status: 'idle',
  phase: undefined,
  elapsedMs: 0,
  totalMs: TOTAL_MS,
  baselineMs: BASELINE_MS,
  users: HOUSEHOLD_PROFILES.map((profile) => waiting(profile)),
  profilesError: undefined,
  result: undefined,
  error: undefined,
  offline: false,
  options: USUAL_OPTIONS,
  scale: 1,
};

const median = (values: readonly number[]) => values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) / 2)];

/** What the cards show `atMs` into a test that will end in `result`. */
function usersAt(result: HouseholdResult, series: HouseholdSeries, atMs: number): UserLive[] {
  return Object.values(result.users).map(({ profile, latencyMs, served }): UserLive => {
    const recent = (points: readonly LivePoint[] | undefined) =>
      median(
        (points ?? []).filter((point) => point.atMs > atMs - 1000 && point.atMs <= atMs).map(({ value }) => value),
      );
    const now = recent(series.latency.get(profile.id));
    const quiet = atMs < BASELINE_MS;
    return {
      profile,
      activity: quiet ? 'baseline' : 'active',
      latencyMs: now,
      addedMs: quiet || now === undefined ? undefined : Math.max(0, now - (latencyMs.baseline.p50 ?? 0)),
      downloadMbps: quiet ? undefined : recent(series.download.get(profile.id)),
      uploadMbps: quiet ? undefined : recent(series.upload.get(profile.id)),
      served: served === null ? undefined : { ...served, architecture: 'simple_multiprocess' },
      note: undefined,
    };
  });
}

function runningAt(house: HouseName, atMs: number): HouseholdState {
  const result = householdResultOf(house);
  return {
    ...IDLE,
    status: 'running',
    phase: atMs < BASELINE_MS ? 'baseline' : 'household',
    elapsedMs: atMs,
    users: usersAt(result, seriesUntil(result, atMs), atMs),
  };
}

function changed(state: HouseholdState, id: string, change: Partial<UserLive>): HouseholdState {
  return { ...state, users: state.users.map((user) => (user.profile.id === id ? { ...user, ...change } : user)) };
}

const done = (house: HouseName): HouseholdState => ({
  ...IDLE,
  status: 'done',
  elapsedMs: TOTAL_MS,
  result: householdResultOf(house),
});

const NO_FIGURES = { latencyMs: undefined, addedMs: undefined, downloadMbps: undefined, uploadMbps: undefined };

/** Every state that the household's page can be in, by the name that the address of the harness uses. */
export const HOUSEHOLD_STATES: Readonly<Record<string, () => HouseholdState>> = {
  'household-empty': () => IDLE,
  'household-options': () => ({ ...IDLE, options: { durationS: 120, adaptive: true, variants: { computer: '200' } } }),
  'household-five': () => ({ ...IDLE, users: [...HOUSEHOLD_PROFILES, CAMERA].map((profile) => waiting(profile)) }),
  'household-offline': () => ({ ...IDLE, offline: true, scale: 0.2 }),
  'household-loading': () => ({ ...IDLE, users: [] }),
  'household-profiles-failed': () => ({
    ...IDLE,
    users: [],
    profilesError: {
      code: 'server-unreachable',
      message: 'The server did not say who lives here. It may be starting: ask again in a moment.',
    },
  }),
  'household-starting': () => ({
    ...IDLE,
    status: 'starting',
    users: HOUSEHOLD_PROFILES.map((profile) => waiting(profile, 'connecting')),
  }),
  'household-baseline': () => runningAt('mixed', 3400),
  'household-running': () =>
    changed(changed(runningAt('mixed', 41_300), 'sarah', { note: 'The call is breaking up' }), 'jake', {
      note: 'Buffering',
    }),
  'household-running-five': () => changed(runningAt('five', 28_000), 'alex', {}),
  'household-reconnecting': () =>
    changed(
      changed(runningAt('gap', 33_000), 'jake', {
        ...NO_FIGURES,
        activity: 'reconnecting',
        note: 'Its server process is restarting',
      }),
      'computer',
      { served: { architecture: 'single_process', port: 8000, instance: 0 } },
    ),
  'household-stopping': () => ({ ...runningAt('mixed', 41_300), status: 'stopping' }),
  'household-stopped': () => ({ ...runningAt('mixed', 22_300), status: 'stopped', phase: undefined }),
  'household-failed': () => ({
    ...runningAt('mixed', 17_600),
    status: 'failed',
    phase: undefined,
    offline: true,
    error: {
      code: 'server-lost',
      message: 'The connection to the server was lost in the middle of the test. Check your network and start again.',
    },
  }),
  'household-done-good': () => done('good'),
  'household-done-mixed': () => done('mixed'),
  'household-done-bad': () => done('bad'),
  'household-done-five': () => done('five'),
  'household-done-gap': () => done('gap'),
  'household-done-boundary': () => done('boundary'),
};

/** What the charts of an unfinished test would hold: the samples of a result up to now. */
function seriesUntil(result: HouseholdResult, untilMs: number): HouseholdSeries {
  const byUser = (pick: (id: string) => LivePoint[]) => new Map(Object.keys(result.users).map((id) => [id, pick(id)]));
  const rates = (flow: 'download' | 'upload') => (id: string) =>
    result.samples.bytes.flatMap(({ userId, flow: of, atMs, bytes, intervalMs }) =>
      userId === id && of === flow && atMs < untilMs && atMs > BASELINE_MS
        ? [{ atMs, value: (bytes * 8) / 1000 / intervalMs }]
        : [],
    );
  return {
    latency: byUser((id) =>
      result.samples.latency.flatMap(({ userId, signal: of, sentMs, rttMs }) =>
        userId === id && of === 'udp' && rttMs !== null && sentMs < untilMs ? [{ atMs: sentMs, value: rttMs }] : [],
      ),
    ),
    download: byUser(rates('download')),
    upload: byUser(rates('upload')),
  };
}

function grow(from: ReadonlyMap<string, LivePoint[]>, to: ReadonlyMap<string, LivePoint[]>, nowMs: number): void {
  for (const [id, points] of from) {
    const shown = to.get(id);
    shown?.push(...points.slice(shown.length).filter(({ atMs }) => atMs < nowMs));
  }
}

/** A runner that plays a household test back as it happened, for watching the page at work and measuring what that costs. */
export function householdReplay(): HouseholdRunner {
  const result = householdResultOf('mixed');
  const all = seriesUntil(result, result.durationMs);
  const series = seriesUntil(result, 0);
  const state = signal<HouseholdState>(IDLE);
  const revision = signal(0);
  let timer: ReturnType<typeof setInterval> | undefined;
  const end = (status: HouseholdState['status']) => {
    clearInterval(timer);
    state.value = { ...state.value, status, ...(status === 'done' ? { result } : {}) };
  };
  const play = (startedMs: number) => {
    const nowMs = performance.now() - startedMs;
    for (const name of ['latency', 'download', 'upload'] as const) grow(all[name], series[name], nowMs);
    state.value = {
      ...IDLE,
      status: 'running',
      phase: nowMs < BASELINE_MS ? 'baseline' : 'household',
      elapsedMs: Math.min(nowMs, TOTAL_MS - 1),
      users: usersAt(result, series, nowMs),
    };
    revision.value++;
    if (nowMs >= TOTAL_MS) end('done');
  };
  return {
    state,
    series,
    revision,
    load: () => undefined,
    start() {
      const startedMs = performance.now();
      timer = setInterval(() => play(startedMs), 100);
      state.value = {
        ...IDLE,
        status: 'starting',
        users: IDLE.users.map(({ profile }) => waiting(profile, 'connecting')),
      };
    },
    stop: () => end('stopped'),
    dispose: () => clearInterval(timer),
  };
}

/** A household's runner that stands still in one state. `start` and `stop` change only the status, as far as the page can see. */
export function householdFixture(name: string): HouseholdRunner {
  const state = signal((HOUSEHOLD_STATES[name] ?? (() => IDLE))());
  const change = (status: HouseholdState['status']) => {
    state.value = { ...state.value, status };
  };
  const house: HouseName = name.includes('five') ? 'five' : name.includes('reconnecting') ? 'gap' : 'mixed';
  return {
    state,
    series: seriesUntil(householdResultOf(house), state.peek().elapsedMs),
    revision: signal(0),
    load: () => undefined,
    start: () => change('starting'),
    stop: () => change('stopped'),
    dispose: () => change('idle'),
  };
}
