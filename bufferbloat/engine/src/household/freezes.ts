import type { Stretch } from './lag.ts';
import { knownUntilMs, type SeenStream, shown } from './seen.ts';

/** The rule looks back over so many intervals. */
const LOOK_BACK = 30;
/** An interval is a freeze from three times the mean on, or so much above it, whichever is longer. */
const FACTOR = 3;
const LONGER_MS = 150;

/**
 * The stretches in which a picture stood still, by the rule of W3C's webrtc-stats (freezeCount): the interval between two
 * pictures is at least max(3 · mean, mean + 150 ms), the mean being that of the 30 intervals before. Pictures are shown
 * when they arrive. Before the first ones every interval is as the stream has it; the time until the first picture and that
 * after the last one count alike.
 */
export function freezes({ stream, legs }: SeenStream): Stretch[] {
  const nominalMs = 1000 / stream.perS;
  return legs.flatMap((each) => {
    const untilMs = knownUntilMs(each);
    const before: number[] = Array.from({ length: LOOK_BACK }, () => nominalMs);
    let sumMs = LOOK_BACK * nominalMs;
    const frozen: Stretch[] = [];
    let fromMs = each.startMs - nominalMs;
    for (const toMs of [...shown(each.units).map(({ shownMs }) => Math.min(shownMs, untilMs)), untilMs]) {
      const intervalMs = toMs - fromMs;
      const meanMs = sumMs / LOOK_BACK;
      if (intervalMs >= Math.max(FACTOR * meanMs, meanMs + LONGER_MS)) frozen.push({ fromMs, toMs });
      sumMs += intervalMs - (before.shift() ?? 0);
      before.push(intervalMs);
      fromMs = toMs;
    }
    return frozen;
  });
}

/** How long stretches are together, in seconds. */
export function totalS(stretches: readonly Stretch[]): number {
  return stretches.reduce((sumMs, { fromMs, toMs }) => sumMs + toMs - fromMs, 0) / 1000;
}
