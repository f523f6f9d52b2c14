import {
  type AdaptiveStep,
  HOUSEHOLD_PROFILES,
  type TrafficStream,
  type UserProfile,
} from '@rowhouse/bufferbloat-protocol';
import type {
  ChunkRecord,
  HouseholdRecording,
  Leg,
  ReceivedCount,
  UnitRecord,
  UserRecording,
} from '../../src/household/recording.ts';
import type { ProbeSample } from '../../src/probe-log.ts';
import { isUnitStream, nextOffer, segmentBytes, unitBytes, unitDueMs } from '../../src/traffic/index.ts';
import { normalFrom, randomFrom } from '../random.ts';

export const AT = Date.UTC(2026, 0, 2, 3, 4, 5);
/** Where the traffic begins, in milliseconds since the start. */
export const TRAFFIC_FROM_MS = 5200;

/** A line as the household meets it. Times are milliseconds since the traffic began. */
export interface LineModel {
  readonly baseOneWayMs: number;
  /** Queue in front of each user's messages, by direction. */
  readonly queueMs: (flow: 'download' | 'upload', atMs: number, userId: string) => number;
  /** Standard deviation of what machines add. */
  readonly jitterMs: number;
  /** Share of units that the sender drops, by the queue that it sees. */
  readonly dropShare: (queueMs: number) => number;
  /** What a film's segments come at, in Mbit/s. */
  readonly filmMbps: number;
  /** What is left to bulk in each direction, in Mbit/s. */
  readonly bulkMbps: { readonly download: number; readonly upload: number };
}

/** A gigabit line with a short queue. */
export const PERFECT: LineModel = {
  baseOneWayMs: 1,
  queueMs: () => 0.2,
  jitterMs: 0.3,
  dropShare: () => 0,
  filmMbps: 25,
  bulkMbps: { download: 2000, upload: 100 },
};

/** 50/10 Mbit/s with a queue of 300 ms that is full most of the time. */
export const BLOATED: LineModel = {
  baseOneWayMs: 9,
  queueMs: (flow, atMs) => {
    const full = flow === 'download' ? 300 : 20;
    const rising = Math.min(1, atMs / 2500);
    return full * rising * (0.8 + 0.2 * Math.sin(atMs / 1700));
  },
  jitterMs: 2,
  dropShare: (queueMs) => Math.min(0.3, Math.max(0, queueMs - 100) / 1500),
  filmMbps: 6,
  bulkMbps: { download: 36, upload: 1.4 },
};

/** The same line with smart queues: everybody has a queue of their own. */
export const FAIR: LineModel = {
  ...BLOATED,
  queueMs: (flow, atMs, userId) =>
    userId === 'computer' ? BLOATED.queueMs(flow, atMs, userId) : 3 + 2 * Math.sin(atMs / 900),
  dropShare: () => 0,
  filmMbps: 18,
  bulkMbps: { download: 33, upload: 2 },
};

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

interface LegOptions {
  readonly startMs: number;
  readonly endMs: number;
  readonly steps: readonly AdaptiveStep[];
  readonly random: () => number;
  readonly noiseMs: () => number;
}

function leg(line: LineModel, profile: UserProfile, options: LegOptions): Leg {
  const { startMs, endMs } = options;
  const units: UnitRecord[] = [];
  const chunks: ChunkRecord[] = [];
  const arrivals: { flow: 'download' | 'upload'; stream: number; atMs: number; bytes: number }[] = [];
  for (const [index, stream] of profile.streams.entries()) {
    const { flow } = stream;
    if (isUnitStream(stream)) units.push(...unitsOf(line, profile.id, index, stream, options));
    else if (stream.kind === 'segments') chunks.push(...chunksOf(line, index, stream, options));
    else arrivals.push(...bulkOf(line, index, stream, options).map((each) => ({ flow, ...each })));
  }
  for (const { stream, dueMs, latenessMs, bytes } of units) {
    const flow = profile.streams[stream]?.flow ?? 'download';
    arrivals.push({ flow, stream, atMs: dueMs + line.baseOneWayMs + latenessMs, bytes });
  }
  for (const { stream, arrivalMs, bytes } of chunks) {
    arrivals.push({ flow: 'download', stream, atMs: arrivalMs, bytes });
  }
  const counted = (flow: 'download' | 'upload', everyMs: number): ReceivedCount[] =>
    cumulative(
      arrivals.filter((each) => each.flow === flow),
      profile.streams.flatMap((stream, index) => (stream.flow === flow ? index : [])),
      { startMs, endMs, everyMs },
    );
  return {
    startMs,
    endMs,
    lost: false,
    units: units.toSorted((a, b) => a.dueMs + a.latenessMs - b.dueMs - b.latenessMs),
    chunks,
    received: { download: counted('download', 250), upload: counted('upload', 1000) },
  };
}

function unitsOf(
  line: LineModel,
  userId: string,
  index: number,
  stream: Extract<TrafficStream, { kind: 'ticks' | 'audio' | 'video' }>,
  { startMs, endMs, random, noiseMs }: LegOptions,
): UnitRecord[] {
  const units: UnitRecord[] = [];
  for (let sequence = 0; startMs + unitDueMs(stream, sequence) < endMs; sequence += 1) {
    const sinceMs = unitDueMs(stream, sequence);
    const queueMs = line.queueMs(stream.flow, sinceMs, userId);
    if (random() < line.dropShare(queueMs)) continue;
    units.push({
      stream: index,
      sequence,
      dueMs: startMs + sinceMs,
      latenessMs: queueMs + noiseMs(),
      bytes: unitBytes(stream, sequence),
    });
  }
  return units;
}

/** One segment after the other at the film's rate, none before its time, the quality stepping down when it is slow. */
function chunksOf(
  line: LineModel,
  index: number,
  stream: Extract<TrafficStream, { kind: 'segments' }>,
  { startMs, endMs }: LegOptions,
): ChunkRecord[] {
  const rate = Math.min(stream.mbps, line.filmMbps) * 125;
  const periodMs = stream.onMs + stream.offMs;
  const chunks: ChunkRecord[] = [];
  let freeMs = startMs;
  let quality = 0;
  for (let unit = 0; startMs + unit * periodMs < endMs; unit += 1) {
    const dueMs = startMs + unit * periodMs;
    const bytesOfAll = segmentBytes(stream, quality);
    const parts = Math.ceil(bytesOfAll / 15_625);
    freeMs = Math.max(freeMs, dueMs);
    for (let part = 0; part < parts; part += 1) {
      const bytes = part === parts - 1 ? bytesOfAll - (parts - 1) * 15_625 : 15_625;
      freeMs += bytes / rate;
      if (freeMs + line.baseOneWayMs > endMs) return chunks;
      chunks.push({
        stream: index,
        unit,
        unitBytes: bytesOfAll,
        quality,
        bytes,
        arrivalMs: freeMs + line.baseOneWayMs,
      });
    }
    if (freeMs - dueMs > 0.8 * periodMs) quality = Math.min(stream.qualities.length - 1, quality + 1);
  }
  return chunks;
}

function bulkOf(
  line: LineModel,
  index: number,
  stream: Extract<TrafficStream, { kind: 'bulk' }>,
  { startMs, endMs, steps }: LegOptions,
): { stream: number; atMs: number; bytes: number }[] {
  const everyMs = 50;
  const arrivals: { stream: number; atMs: number; bytes: number }[] = [];
  for (let atMs = startMs + everyMs; atMs <= endMs; atMs += everyMs) {
    const offered = stream.flow === 'download' ? steps.find((step) => step.atMs >= atMs)?.offeredMbps : undefined;
    const mbps = Math.min(offered ?? stream.mbps, line.bulkMbps[stream.flow]);
    arrivals.push({ stream: index, atMs, bytes: mbps * 125 * everyMs });
  }
  return arrivals;
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

function cumulative(
  arrivals: readonly { stream: number; atMs: number; bytes: number }[],
  streams: readonly number[],
  { startMs, endMs, everyMs }: { startMs: number; endMs: number; everyMs: number },
): ReceivedCount[] {
  const sorted = arrivals.toSorted((a, b) => a.atMs - b.atMs);
  const totals = new Map(streams.map((stream) => [stream, 0]));
  const counts: ReceivedCount[] = [];
  let next = 0;
  for (let atMs = startMs + everyMs; atMs <= endMs; atMs += everyMs) {
    for (let each = sorted[next]; each !== undefined && each.atMs <= atMs; each = sorted[next]) {
      totals.set(each.stream, (totals.get(each.stream) ?? 0) + each.bytes);
      next += 1;
    }
    counts.push({ atMs, bytes: [...totals] });
  }
  return counts;
}

/** The same recording with one user changed. */
export function withUser(
  recording: HouseholdRecording,
  id: string,
  change: (user: UserRecording) => UserRecording,
): HouseholdRecording {
  return { ...recording, users: recording.users.map((user) => (user.profile.id === id ? change(user) : user)) };
}
