import { type AdaptiveStep, HOUSEHOLD_PROFILES, type UserProfile } from '@rowhouse/bufferbloat-protocol';
import type { HouseholdRecording, UserRecording } from '../../src/household/recording.ts';
import type { ProbeSample } from '../../src/probe-log.ts';
import { nextOffer } from '../../src/traffic/index.ts';
import { normalFrom, randomFrom } from '../random.ts';
import { leg } from './legs.ts';
import { type LineModel, PERFECT } from './line-models.ts';

export const AT = Date.UTC(2026, 0, 2, 3, 4, 5);
/** Where the traffic begins, in milliseconds since the start. */
export const TRAFFIC_FROM_MS = 5200;

export interface HouseholdOptions {
  readonly line?: LineModel;
  readonly durationMs?: number;
  readonly adaptive?: boolean;
  readonly profiles?: readonly UserProfile[];
  readonly seed?: number;
}

/** A household test over a modelled line, exactly as a page would record it. */
export function household(options: HouseholdOptions = {}): HouseholdRecording {
  const { line = PERFECT, durationMs = 60_000, adaptive = true, profiles = HOUSEHOLD_PROFILES, seed = 1 } = options;
  const fromMs = AT + TRAFFIC_FROM_MS;
  return {
    id: 'household-1',
    startedAtMs: AT,
    endedAtMs: fromMs + durationMs + 400,
    baseline: { fromMs: AT + 200, toMs: AT + 5000 },
    traffic: { fromMs, toMs: fromMs + durationMs },
    adaptive,
    server: { congestionControl: 'cubic', tcpInfo: true },
    hiddenMs: 0,
    users: profiles.map((profile, index) => userOn(line, profile, { durationMs, adaptive, seed: seed * 100 + index })),
    gaps: [],
  };
}

interface UserOptions {
  readonly durationMs: number;
  readonly adaptive: boolean;
  readonly seed: number;
}

/** One user of a household on a line. */
export function userOn(line: LineModel, profile: UserProfile, options: UserOptions): UserRecording {
  const random = randomFrom(options.seed);
  const normal = normalFrom(random);
  const noiseMs = (): number => Math.abs(normal()) * line.jitterMs;
  const startMs = AT + TRAFFIC_FROM_MS;
  const steps = profile.verdict === 'bulk' && options.adaptive ? adaptiveSteps(line, profile, options.durationMs) : [];
  return {
    profile,
    variant: null,
    served: { architecture: 'simple_multiprocess', port: profile.port ?? 8010, instance: 0 },
    reconnects: 0,
    baseOneWayMs: line.baseOneWayMs,
    probes: {
      udp: probes(line, profile.id, options.durationMs, noiseMs, 0),
      websocket: probes(line, profile.id, options.durationMs, noiseMs, 1),
    },
    legs: [leg(line, profile, { startMs, endMs: startMs + options.durationMs, steps, random, noiseMs })],
    adaptive: steps,
    clientLateMs: Array.from({ length: 200 }, () => noiseMs() / 4),
    serverLoopDelayMs: Array.from({ length: options.durationMs / 1000 }, () => noiseMs() / 4),
    retransmissions: [
      { atMs: startMs, count: 0 },
      { atMs: startMs + options.durationMs, count: 40 },
    ],
  };
}

function probes(
  line: LineModel,
  userId: string,
  durationMs: number,
  noiseMs: () => number,
  extraMs: number,
): ProbeSample[] {
  const count = Math.floor((TRAFFIC_FROM_MS + durationMs) / 50);
  return Array.from({ length: count }, (_, at) => {
    const loadedMs = at * 50 - TRAFFIC_FROM_MS;
    const queueMs =
      loadedMs < 0 ? 0 : line.queueMs('download', loadedMs, userId) + line.queueMs('upload', loadedMs, userId);
    return { sentMs: AT + at * 50, rttMs: 2 * line.baseOneWayMs + queueMs + noiseMs() + extraMs, outcome: 'ok' };
  });
}

function adaptiveSteps(line: LineModel, profile: UserProfile, durationMs: number): AdaptiveStep[] {
  const bulk = profile.streams.find((stream) => stream.kind === 'bulk');
  let offeredMbps = bulk?.mbps ?? 0;
  const steps: AdaptiveStep[] = [];
  for (let atMs = 1000; atMs <= durationMs; atMs += 1000) {
    const arrivedMbps = Math.min(offeredMbps, line.bulkMbps.download);
    const next = nextOffer(offeredMbps, arrivedMbps, bulk?.kind === 'bulk' ? (bulk.adaptiveToMbps ?? 0) : 0);
    steps.push({ atMs: AT + TRAFFIC_FROM_MS + atMs, offeredMbps, arrivedMbps, state: next.state });
    offeredMbps = next.offeredMbps;
  }
  return steps;
}

/** The same recording with one user changed. */
export function withUser(
  recording: HouseholdRecording,
  id: string,
  change: (user: UserRecording) => UserRecording,
): HouseholdRecording {
  return { ...recording, users: recording.users.map((user) => (user.profile.id === id ? change(user) : user)) };
}
