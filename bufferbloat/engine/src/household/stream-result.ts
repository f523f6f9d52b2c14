import type { SegmentStream, StreamResult, TrafficStream } from '@rowhouse/bufferbloat-protocol';
import type { Window } from '../goodput.ts';
import { rounded, summarise } from '../percentile.ts';
import { segmentBytes, segmentDueMs } from '../traffic/index.ts';
import { bulkMbps } from './bulk.ts';
import { isLate, lateMsOf } from './late.ts';
import { isAfterPlayout, playoutWindows } from './playout.ts';
import { arrivalWindow, bytesBetween, isCounted, mbpsOf } from './rates.ts';
import type { UserRecording } from './recording.ts';
import { type DueUnit, type SeenLeg, type SeenStream, watchedMs } from './seen.ts';

/** A message that was due, and whether it came too late to be used. */
export interface JudgedUnit extends DueUnit {
  readonly late: boolean;
}

/** Every message of a stream that was due, in order: sound against its play-out, everything else against a fixed time. */
export function judgedUnits({ stream, legs }: SeenStream, baseOneWayMs: number): JudgedUnit[] {
  const lateMs = lateMsOf(stream);
  return legs.flatMap((leg) =>
    stream.kind === 'audio'
      ? playoutWindows(leg, stream.perS, baseOneWayMs).flatMap((window) =>
          window.units.map((unit) => ({ ...unit, late: isAfterPlayout(unit, window) })),
        )
      : leg.units.map((unit) => ({ ...unit, late: isLate(unit, lateMs) })),
  );
}

/** One stream of a user over the whole test. */
export function streamResult(
  user: UserRecording,
  index: number,
  stream: TrafficStream,
  seen: { readonly stream: SeenStream; readonly units: readonly JudgedUnit[] } | undefined,
): StreamResult {
  const figures = { stream: index, kind: stream.kind, flow: stream.flow };
  if (seen === undefined) {
    const { wantedMbps, deliveredMbps } = pacedRates(user, index, stream);
    return { ...figures, wantedMbps, deliveredMbps, messages: null, latenessMs: null, jitterMs: null };
  }
  const { legs } = seen.stream;
  const arrived = seen.units.flatMap(({ latenessMs }) => latenessMs ?? []);
  const dropped = seen.units.length - arrived.length;
  const sum = (of: (unit: DueUnit) => number): number => seen.units.reduce((total, unit) => total + of(unit), 0);
  const ms = watchedMs(legs);
  return {
    ...figures,
    wantedMbps: rounded(
      mbpsOf(
        sum(({ wantedBytes }) => wantedBytes),
        ms,
      ) ?? stream.mbps,
    ),
    deliveredMbps: rounded(
      mbpsOf(
        sum(({ bytes }) => bytes),
        ms,
      ),
    ),
    messages: {
      due: seen.units.length,
      dropped,
      arrived: arrived.length,
      late: seen.units.filter(({ late }) => late).length,
    },
    latenessMs: summarise(arrived, dropped),
    jitterMs: rounded(meanJitterMs(legs)),
  };
}

/** Segments and bulk: what was wanted, and what had arrived by the end of each connection. */
function pacedRates(
  user: UserRecording,
  index: number,
  stream: TrafficStream,
): Pick<StreamResult, 'wantedMbps' | 'deliveredMbps'> {
  const legs = user.legs.filter((leg) => isCounted(leg, stream.flow));
  const windows = legs.map((leg) => arrivalWindow(leg, stream.flow, user.baseOneWayMs));
  const ms = windows.reduce((sumMs, { fromMs, toMs }) => sumMs + toMs - fromMs, 0);
  const bytes = windows.reduce((sum, window) => sum + bytesBetween(legs, stream.flow, index, window), 0);
  const wanted =
    stream.kind === 'segments'
      ? mbpsOf(
          windows.reduce((sum, window) => sum + segmentsWanted(stream, window), 0),
          ms,
        )
      : stream.kind === 'bulk'
        ? bulkMbps(user, stream)
        : null;
  return { wantedMbps: rounded(wanted ?? meanMbps(stream)), deliveredMbps: rounded(mbpsOf(bytes, ms)) };
}

/** Bytes of the segments that could have come in full quality, the last one as far as its pace had got. */
function segmentsWanted(stream: SegmentStream, { fromMs, toMs }: Window): number {
  let bytes = 0;
  for (let segment = 0; fromMs + segmentDueMs(stream, segment) < toMs; segment += 1) {
    const leftMs = toMs - fromMs - segmentDueMs(stream, segment);
    bytes += segmentBytes(stream, 0) * Math.min(1, leftMs / stream.onMs);
  }
  return bytes;
}

function meanMbps(stream: TrafficStream): number {
  return stream.kind === 'segments' ? (stream.mbps * stream.onMs) / (stream.onMs + stream.offMs) : stream.mbps;
}

/** Interarrival jitter of RFC 3550 6.4.1, the mean of its value after each message; `null` of fewer than two. */
function meanJitterMs(legs: readonly SeenLeg[]): number | null {
  let sumMs = 0;
  let count = 0;
  for (const { units } of legs) {
    let jitterMs = 0;
    let beforeMs: number | undefined;
    for (const { latenessMs } of units) {
      if (latenessMs === undefined) continue;
      if (beforeMs !== undefined) {
        jitterMs += (Math.abs(latenessMs - beforeMs) - jitterMs) / 16;
        sumMs += jitterMs;
        count += 1;
      }
      beforeMs = latenessMs;
    }
  }
  return count === 0 ? null : sumMs / count;
}
