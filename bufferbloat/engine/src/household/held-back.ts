import { bytesAt } from '../goodput.ts';
import { bulkMbps, bulkStreams } from './bulk.ts';
import { merged, type Stretch } from './lag.ts';
import { countsOf, type Flow, isCounted } from './rates.ts';
import type { UserRecording } from './recording.ts';
import { wholeSeconds } from './seconds.ts';

/** Less of what was offered in a round than this arrived: something held it back. */
const HELD_BACK = 0.98;
/** The same of a second of an upload, of which a browser's timers and the reports' times make more or less. */
const HELD_BACK_UP = 0.9;
/** A connection's own start is slow on any line, in milliseconds. */
const START_MS = 2000;
/** A lost segment holds back what then comes at once: rounds that got all stand between two that did not. */
const MERGE_MS = 2000;
const SECOND_MS = 1000;

/**
 * When the line held a user's bulk back in one direction, so that it was full. Downloads by the server's rounds, which know
 * what was offered in each; uploads, whose rate is fixed, by what arrived in each second.
 */
export function heldBack(user: UserRecording, flow: Flow): Stretch[] {
  const byRounds = flow === 'download' && user.adaptive.length > 0;
  return merged(byRounds ? rounds(user) : seconds(user, flow), MERGE_MS);
}

function rounds({ legs, adaptive }: UserRecording): Stretch[] {
  return legs.flatMap(({ startMs, endMs }) => {
    const own = adaptive.filter(({ atMs }) => atMs > startMs && atMs <= endMs + SECOND_MS);
    return own.flatMap(({ atMs, offeredMbps, arrivedMbps }, index) => {
      const fromMs = Math.max(own[index - 1]?.atMs ?? startMs, startMs + START_MS);
      const toMs = Math.min(atMs, endMs);
      return arrivedMbps < HELD_BACK * offeredMbps && toMs > fromMs ? [{ fromMs, toMs }] : [];
    });
  });
}

function seconds(user: UserRecording, flow: Flow): Stretch[] {
  const streams = bulkStreams(user, flow);
  const offeredMbps = streams.reduce((sum, { stream }) => sum + bulkMbps(user, stream), 0);
  return user.legs
    .filter((leg) => isCounted(leg, flow))
    .flatMap((leg) => {
      const series = streams.map(({ index }) => countsOf(leg, flow, index));
      const at = (atMs: number): number => series.reduce((sum, counts) => sum + bytesAt(counts, atMs), 0);
      return wholeSeconds({ fromMs: leg.startMs + START_MS, toMs: leg.endMs }).filter(
        ({ fromMs, toMs }) => at(toMs) - at(fromMs) < HELD_BACK_UP * offeredMbps * 125 * SECOND_MS,
      );
    });
}
