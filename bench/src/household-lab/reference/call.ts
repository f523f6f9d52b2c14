import type { TrafficStream } from '@rowhouse/bufferbloat-protocol';
import type { TrafficTimes } from './game.ts';
import type { WireUnit } from './wire-session.ts';

type VideoStream = Extract<TrafficStream, { kind: 'video' }>;

export interface FreezeReference {
  readonly freezes: number;
  readonly frozenS: number;
}

const LOOK_BACK = 30;

/**
 * How long a picture stood still, by the rule of W3C's webrtc-stats: an interval between two pictures is a freeze if it lasts
 * three mean intervals and the mean and 150 ms, the mean being that of the 30 before (those before the first picture are as the
 * stream has them). The first picture was expected at the start, and after the last one the end counts as one.
 */
export function freezeReference(
  arrived: readonly WireUnit[],
  { perS }: VideoStream,
  { startMs, endMs, oneWayMs }: TrafficTimes,
): FreezeReference {
  const usualMs = 1000 / perS;
  const pictures = arrived.filter(({ sequence }, index) =>
    arrived.slice(Math.max(0, index - LOOK_BACK), index).every((one) => one.sequence < sequence),
  );
  // By the clock of a viewer to whom the empty line takes no time.
  const shownMs = pictures
    .filter(({ dueMs }) => dueMs < endMs)
    .map(({ arrivedMs }) => Math.min(endMs, arrivedMs - oneWayMs));
  const moments = [startMs - usualMs, ...shownMs, endMs];
  const intervals = moments.slice(1).map((atMs, index) => atMs - (moments[index] ?? 0));
  const usual = Array.from({ length: LOOK_BACK }, () => usualMs);
  const frozen = intervals.filter((intervalMs, index) => {
    const before = [...usual, ...intervals.slice(0, index)].slice(-LOOK_BACK);
    const meanMs = before.reduce((sum, ms) => sum + ms, 0) / LOOK_BACK;
    return intervalMs >= 3 * meanMs && intervalMs >= meanMs + 150;
  });
  return { freezes: frozen.length, frozenS: frozen.reduce((sum, ms) => sum + ms, 0) / 1000 };
}
