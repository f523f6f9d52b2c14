import type { HouseholdResult } from '@rowhouse/bufferbloat-protocol';
import type { HouseholdSeries, HouseholdState } from '../../run/household/state.ts';
import type { LivePoint } from '../../run/state.ts';
import type { Point } from '../align.ts';
import type { Stretch } from '../backdrop.ts';
import {
  bucketMsFor,
  latencyColumns,
  type LatencyColumns,
  rateColumn,
  type RateInterval,
  type Column,
} from './buckets.ts';

/** Everything that the charts of a household show; times in milliseconds since the test's start. */
export interface HouseholdTimelineData {
  readonly totalMs: number;
  readonly bucketMs: number;
  readonly buckets: number;
  /** From when on the line is busy. */
  readonly trafficFromMs: number;
  /** A column each user, in the order of the cards. */
  readonly latency: readonly LatencyColumns[];
  readonly download: readonly Column[];
  readonly upload: readonly Column[];
  readonly lostMs: readonly number[];
  readonly gaps: readonly (Stretch & { readonly user: number })[];
}

/** A live rate holds since the point before it (a server tells once a second); after a longer pause, for this time only. */
const LIVE_INTERVAL_MS = 250;
const LIVE_LONGEST_MS = 1500;

/** What a run has shown so far. */
export function liveHousehold(series: HouseholdSeries, state: HouseholdState): HouseholdTimelineData {
  const ids = state.users.map(({ profile }) => profile.id);
  const bucketMs = bucketMsFor(state.totalMs);
  const buckets = Math.ceil(state.elapsedMs / bucketMs);
  const rates = (of: ReadonlyMap<string, readonly LivePoint[]>) =>
    ids.map((id) => rateColumn(intervalsOf(of.get(id) ?? []), bucketMs, buckets));
  return {
    totalMs: state.totalMs,
    bucketMs,
    buckets,
    trafficFromMs: state.baselineMs,
    latency: ids.map((id) => latencyColumns(series.latency.get(id) ?? [], bucketMs, buckets)),
    download: rates(series.download),
    upload: rates(series.upload),
    lostMs: [],
    gaps: [],
  };
}

function intervalsOf(points: readonly LivePoint[]): RateInterval[] {
  return points.map(({ atMs, value }, index) => {
    const beforeMs = points[index - 1]?.atMs;
    const reachMs = beforeMs === undefined || atMs - beforeMs > LIVE_LONGEST_MS ? LIVE_INTERVAL_MS : atMs - beforeMs;
    return { fromMs: atMs - reachMs, toMs: atMs, mbps: value };
  });
}

/** A finished result as charts. */
export function householdTimeline(result: HouseholdResult): HouseholdTimelineData {
  const ids = Object.keys(result.users);
  const bucketMs = bucketMsFor(result.durationMs);
  const buckets = Math.ceil(result.durationMs / bucketMs);
  const { latency, bytes } = result.samples;
  const probes = (id: string): Point[] => {
    const signal = result.users[id]?.signal;
    return latency
      .filter((sample) => sample.userId === id && sample.signal === signal)
      .map(({ sentMs, rttMs }) => ({ atMs: sentMs, value: rttMs }))
      .sort((a, b) => a.atMs - b.atMs);
  };
  const rates = (id: string, flow: 'download' | 'upload') =>
    bytes
      .filter((sample) => sample.userId === id && sample.flow === flow && sample.intervalMs > 0)
      .map(({ atMs, intervalMs, bytes: count }) => ({
        fromMs: atMs - intervalMs,
        toMs: atMs,
        mbps: (count * 8) / 1000 / intervalMs,
      }));
  return {
    totalMs: result.durationMs,
    bucketMs,
    buckets,
    trafficFromMs: result.phases.find(({ id }) => id === 'household')?.startMs ?? result.durationMs,
    latency: ids.map((id) => latencyColumns(probes(id), bucketMs, buckets)),
    download: ids.map((id) => rateColumn(rates(id, 'download'), bucketMs, buckets)),
    upload: ids.map((id) => rateColumn(rates(id, 'upload'), bucketMs, buckets)),
    lostMs: latency
      .filter(({ outcome, signal, userId }) => outcome === 'lost' && result.users[userId]?.signal === signal)
      .map(({ sentMs }) => sentMs),
    gaps: result.gaps.map(({ userId, fromMs, toMs }) => ({ fromMs, toMs, user: ids.indexOf(userId) })),
  };
}
