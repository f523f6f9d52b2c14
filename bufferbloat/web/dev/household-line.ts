import { analyseHousehold, type HouseholdRecording, type ProbeSample } from '@rowhouse/bufferbloat-engine';
import {
  HOUSEHOLD_PROFILES,
  type HouseholdResult,
  type UserGap,
  type UserProfile,
} from '@rowhouse/bufferbloat-protocol';
import { BLOATED, FAIR, type LineModel, PERFECT } from '../../engine/test/household/line-models.ts';
import { AT, household, TRAFFIC_FROM_MS, userOn, withUser } from '../../engine/test/household/recordings.ts';
import { CAMERA } from './camera.ts';
import { randomOf } from './line.ts';

/** A made-up line and who lives on it: what the fixtures of the page are simulated on. */
interface House {
  readonly line: LineModel;
  readonly users?: readonly UserProfile[];
  /** Share of probes lost while the line is busy. */
  readonly loss?: number;
  /** What else happened in the test. */
  readonly mishap?: (recording: HouseholdRecording, line: LineModel) => HouseholdRecording;
}

/** A queue that saws between its fill and somewhat less, once it has risen. */
const sawing = (fullMs: number) => (atMs: number) =>
  fullMs * Math.min(1, atMs / 2200) ** 2 * (0.84 + 0.3 * ((atMs / 2700) % 1));

/** 90/12 Mbit/s with a queue that everybody waits in, a little. */
const MIXED: LineModel = {
  ...BLOATED,
  queueMs: (flow, atMs) => sawing(flow === 'download' ? 52 : 26)(atMs),
  dropShare: (queueMs) => (queueMs > 54 ? 0.01 : 0),
  filmMbps: 19,
  bulkMbps: { download: 76, upload: 2 },
};

/** 18/1.9 Mbit/s with a queue of most of a second. */
const BAD: LineModel = {
  ...BLOATED,
  queueMs: (flow, atMs) => sawing(flow === 'download' ? 330 : 460)(atMs),
  filmMbps: 3.1,
  bulkMbps: { download: 8.2, upload: 0.3 },
};

const BOUNDARY: LineModel = { ...MIXED, queueMs: (flow, atMs) => sawing(flow === 'download' ? 41 : 21)(atMs) };

/** Jake's process was gone for a while, in milliseconds since the test's start. */
const GAP = { fromMs: 31_200, toMs: 33_600 } as const;

export type HouseName = 'good' | 'mixed' | 'bad' | 'five' | 'gap' | 'boundary';

const HOUSES: Readonly<Record<HouseName, House>> = {
  good: { line: PERFECT },
  mixed: { line: MIXED, loss: 0.003 },
  bad: { line: BAD, loss: 0.02 },
  five: { line: FAIR, users: [...HOUSEHOLD_PROFILES, CAMERA] },
  gap: { line: FAIR, mishap: restarted },
  boundary: { line: BOUNDARY, mishap: (recording) => ({ ...recording, hiddenMs: 1800 }) },
};

export const BASELINE_MS = TRAFFIC_FROM_MS;

/** What a household test in this house would have ended in: a recording, and what the engine makes of it. */
export function householdResultOf(name: HouseName): HouseholdResult {
  const house: House = HOUSES[name];
  const { line, loss = 0, mishap } = house;
  const recording = household({ line, ...(house.users === undefined ? {} : { profiles: house.users }) });
  const random = randomOf(5);
  const losing = (samples: readonly ProbeSample[] | undefined) =>
    samples?.map(
      (sample): ProbeSample =>
        sample.sentMs > AT + TRAFFIC_FROM_MS && random() < loss ? { ...sample, rttMs: null, outcome: 'lost' } : sample,
    );
  const users = recording.users.map((user) => ({ ...user, probes: { ...user.probes, udp: losing(user.probes.udp) } }));
  return analyseHousehold(mishap?.({ ...recording, users }, line) ?? { ...recording, users });
}

/** Jake's process ends in mid-test, and the main process serves him from then on. */
function restarted(recording: HouseholdRecording, line: LineModel): HouseholdRecording {
  const reason = 'Its server process was restarted';
  const gaps: UserGap[] = [
    { userId: 'jake', what: 'traffic', ...GAP, reason },
    { userId: 'jake', what: 'probes', ...GAP, reason },
  ];
  const endMs = AT + TRAFFIC_FROM_MS + 60_000;
  const missing = ({ sentMs }: ProbeSample) => sentMs >= AT + GAP.fromMs && sentMs < AT + GAP.toMs;
  const changed = withUser(recording, 'jake', (user) => {
    const before = userOn(line, user.profile, { durationMs: GAP.fromMs - TRAFFIC_FROM_MS, adaptive: true, seed: 3 });
    const after = userOn(line, user.profile, { durationMs: endMs - AT - GAP.toMs, adaptive: true, seed: 4 });
    const laterMs = GAP.toMs - TRAFFIC_FROM_MS;
    return {
      ...user,
      served: { architecture: 'single_process', port: 8000, instance: 0 },
      reconnects: 1,
      probes: {
        udp: user.probes.udp?.filter((sample) => !missing(sample)),
        websocket: user.probes.websocket?.filter((sample) => !missing(sample)),
      },
      legs: [
        ...before.legs.map((leg) => ({ ...leg, lost: true })),
        ...after.legs.map((leg) => ({
          ...leg,
          startMs: leg.startMs + laterMs,
          endMs: leg.endMs + laterMs,
          units: leg.units.map((unit) => ({ ...unit, dueMs: unit.dueMs + laterMs })),
          chunks: leg.chunks.map((chunk) => ({ ...chunk, arrivalMs: chunk.arrivalMs + laterMs })),
          received: {
            download: leg.received.download.map((count) => ({ ...count, atMs: count.atMs + laterMs })),
            upload: leg.received.upload.map((count) => ({ ...count, atMs: count.atMs + laterMs })),
          },
        })),
      ],
    };
  });
  return { ...changed, gaps };
}
