import type { ReadonlySignal } from '@preact/signals';
import type { HouseholdResult, UserProfile } from '@rowhouse/bufferbloat-protocol';
import type { LivePoint, RunError, RunStatus } from '../state.ts';

/**
 * What one user is doing: `waiting` before a run, `connecting` until its process answers, `baseline` while the line is
 * quiet, `active` with traffic, `reconnecting` after its connection was lost, `ended` after the run.
 */
export type UserActivity = 'waiting' | 'connecting' | 'baseline' | 'active' | 'reconnecting' | 'ended';

/** One user as a card shows it; figures are those of the last second, `undefined` where nothing came. */
export interface UserLive {
  readonly profile: UserProfile;
  readonly activity: UserActivity;
  /** Path latency, and what of it is beyond the quiet line's median. */
  readonly latencyMs: number | undefined;
  readonly addedMs: number | undefined;
  readonly downloadMbps: number | undefined;
  readonly uploadMbps: number | undefined;
  /** Which process serves it; `undefined` until it answers. */
  readonly served:
    | {
        readonly architecture: 'simple_multiprocess' | 'single_process';
        readonly port: number;
        readonly instance: number;
      }
    | undefined;
  /** What a person should know now: "Buffering", "The call is breaking up", "Its server process is restarting". */
  readonly note: string | undefined;
}

export type HouseholdPhase = 'baseline' | 'household';

export interface HouseholdState {
  readonly status: RunStatus;
  readonly phase: HouseholdPhase | undefined;
  /** Milliseconds since the test's start; stands still once it has ended. */
  readonly elapsedMs: number;
  readonly totalMs: number;
  /** How long the quiet part is, in milliseconds. */
  readonly baselineMs: number;
  /** In the order of the profiles; empty until the server has told them. */
  readonly users: readonly UserLive[];
  /** Why there are no profiles, while `users` is empty and it is not loading. */
  readonly profilesError: RunError | undefined;
  /** Only ever the result of the run that is `done`. */
  readonly result: HouseholdResult | undefined;
  /** Only while `failed`. */
  readonly error: RunError | undefined;
  readonly offline: boolean;
  /** What the run under way, or the last one, was started with. */
  readonly options: HouseholdOptions;
  /** 1 for a real test; below 1 every phase is shortened by it and the page must say so. */
  readonly scale: number;
}

export interface HouseholdOptions {
  /** Time under load in seconds, 30 to 240. */
  readonly durationS: number;
  /** Whether bulk grows until the line is full. */
  readonly adaptive: boolean;
  /** Variant by user id, such as `{ computer: '200' }`. */
  readonly variants: Readonly<Record<string, string>>;
}

export const DURATION_S = { least: 30, usual: 60, most: 240 } as const;
/** The quiet line before the traffic, in milliseconds at scale 1. */
export const BASELINE_MS = 5000;
export const USUAL_OPTIONS: HouseholdOptions = { durationS: DURATION_S.usual, adaptive: true, variants: {} };

/** The usual options, with the time under load that `?duration=` of an address asks for: 30 to 240 s, else 60. */
export function optionsOf(address: URL): HouseholdOptions {
  const durationS = Number(address.searchParams.get('duration'));
  const isPossible = durationS >= DURATION_S.least && durationS <= DURATION_S.most;
  return isPossible ? { ...USUAL_OPTIONS, durationS } : USUAL_OPTIONS;
}

/** What the charts draw, by user id: mutable, in order of time, bounded, emptied in place when a run starts. */
export interface HouseholdSeries {
  /** Path latency in milliseconds, by the time of sending. */
  readonly latency: Map<string, LivePoint[]>;
  /** Goodput in Mbit/s, a point each 250 ms. */
  readonly download: Map<string, LivePoint[]>;
  readonly upload: Map<string, LivePoint[]>;
}

export interface HouseholdRunner {
  readonly state: ReadonlySignal<HouseholdState>;
  readonly series: HouseholdSeries;
  /** Grows at most ten times a second, when `series` has grown. */
  readonly revision: ReadonlySignal<number>;
  /** Asks the server for the profiles (again). */
  load(): void;
  /** Begins a run; does nothing while one is under way. */
  start(options: HouseholdOptions): void;
  stop(): void;
  /** Ends everything at once, for good. */
  dispose(): void;
}
