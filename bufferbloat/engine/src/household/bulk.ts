import type { BulkStream } from '@rowhouse/bufferbloat-protocol';
import { bytesAt, type Window } from '../goodput.ts';
import { rounded } from '../percentile.ts';
import { type Judged, worstOf } from './judged.ts';
import { arrivalWindow, countsOf, FLOWS, isCounted, mbpsOf } from './rates.ts';
import type { UserRecording } from './recording.ts';
import type { Scale } from './scale.ts';
import { wholeSeconds } from './seconds.ts';

/** Share of the seconds in which next to nothing came. What rate is good depends on the line, so it is not graded. */
const STANDSTILL_SHARE: Scale = { best: 0, bounds: [0.02, 0.05, 0.1, 0.2, 0.4], worst: 1 };
/** Next to nothing: less than this share of its mean, or of what it began with where that is less. */
const STANDSTILL = 0.05;

/** Rate and standstills of a bulk transfer in its main direction; `undefined` if nothing was ever counted. */
export function judgeBulk(
  user: Pick<UserRecording, 'profile' | 'variant' | 'legs' | 'baseOneWayMs'>,
): Judged | undefined {
  const streams = mainStreams(user);
  const [main] = streams;
  if (main === undefined) return undefined;
  const { flow } = main.stream;
  const legs = user.legs.filter((leg) => isCounted(leg, flow));
  const windows = legs.map((leg) => arrivalWindow(leg, flow, user.baseOneWayMs));
  const watchedMs = windows.reduce((sumMs, { fromMs, toMs }) => sumMs + toMs - fromMs, 0);
  const seconds = legs.flatMap((leg, index) => secondsOf(totalAt(leg, flow, streams), windows[index]));
  const bytes = legs.reduce((sum, leg) => sum + totalAt(leg, flow, streams)(leg.endMs), 0);
  const achievedMbps = mbpsOf(bytes, watchedMs);
  if (achievedMbps === null) return undefined;

  const wantedMbps = streams.reduce((sum, { stream }) => sum + bulkMbps(user, stream), 0);
  const leastMbps = STANDSTILL * Math.min(achievedMbps, wantedMbps);
  // Nothing at all is a standstill too.
  const standstills = seconds.filter((mbps) => mbps <= leastMbps).length;
  const { score, grade } = worstOf([[STANDSTILL_SHARE, seconds.length === 0 ? 0 : standstills / seconds.length]]);
  return {
    verdict: { kind: 'bulk', grade, achievedMbps: rounded(achievedMbps), standstillS: standstills },
    score,
    quietScore: 100,
  };
}

/** What a bulk stream begins with, in Mbit/s: by its profile, or by the variant that was chosen for downloads. */
export function bulkMbps({ profile, variant }: Pick<UserRecording, 'profile' | 'variant'>, stream: BulkStream): number {
  const chosen = variant === null ? undefined : profile.variants?.[variant];
  return (stream.flow === 'download' ? chosen : undefined) ?? stream.mbps;
}

interface Numbered {
  readonly index: number;
  readonly stream: BulkStream;
}

/** The bulk streams of a user, by flow. */
export function bulkStreams({ profile }: Pick<UserRecording, 'profile'>, flow: BulkStream['flow']): Numbered[] {
  return profile.streams.flatMap((stream, index) =>
    stream.kind === 'bulk' && stream.flow === flow ? [{ index, stream }] : [],
  );
}

/** Those of the direction in which it wants most. */
function mainStreams(user: Pick<UserRecording, 'profile' | 'variant'>): Numbered[] {
  const wanted = (each: readonly Numbered[]): number => each.reduce((sum, { stream }) => sum + stream.mbps, 0);
  return FLOWS.map((flow) => bulkStreams(user, flow)).reduce((most, each) =>
    wanted(each) > wanted(most) ? each : most,
  );
}

/** Mbit/s of each whole second of a window. */
function secondsOf(at: (atMs: number) => number, window: Window | undefined): number[] {
  return (window === undefined ? [] : wholeSeconds(window)).map(
    ({ fromMs, toMs }) => (at(toMs) - at(fromMs)) / 125 / (toMs - fromMs),
  );
}

function totalAt(
  leg: UserRecording['legs'][number],
  flow: BulkStream['flow'],
  streams: readonly Numbered[],
): (atMs: number) => number {
  const series = streams.map(({ index }) => countsOf(leg, flow, index));
  return (atMs) => series.reduce((sum, counts) => sum + bytesAt(counts, atMs), 0);
}
