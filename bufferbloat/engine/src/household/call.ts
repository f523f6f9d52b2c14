import type { Verdict } from '@rowhouse/bufferbloat-protocol';
import { percentile, rounded } from '../percentile.ts';
import { BEST_R, ratingFactor } from './e-model.ts';
import { freezes, totalS } from './freezes.ts';
import { FROZEN_SCALE, type Judged, worstOf } from './judged.ts';
import { LEAST_PLAYOUT_MS, playoutWindows } from './playout.ts';
import { type Scale, scoreOn } from './scale.ts';
import { type SeenStream, watchedMs } from './seen.ts';

type Side = NonNullable<Extract<Verdict, { kind: 'call' }>['sides']['download']>;

/** What is lost of R, at the categories of speech quality of ITU-T G.109: R of 90, 80, 70, 60 and 50. */
const LOST_R: Scale = {
  best: 0,
  bounds: [BEST_R - 90, BEST_R - 80, BEST_R - 70, BEST_R - 60, BEST_R - 50],
  worst: BEST_R,
};

/** Sound and picture of a call, each side by itself; the worse one decides. `undefined` if nothing was ever due. */
export function judgeCall(streams: readonly SeenStream[], baseOneWayMs: number): Judged | undefined {
  const download = side(streams, 'download', baseOneWayMs);
  const upload = side(streams, 'upload', baseOneWayMs);
  const sides = [download, upload].filter((each) => each !== undefined);
  if (sides.length === 0) return undefined;
  const { score, grade } = worstOf(
    sides.flatMap(({ result, frozenShare }) => [
      [FROZEN_SCALE, frozenShare] as const,
      ...(result.r === null ? [] : [[LOST_R, BEST_R - result.r] as const]),
    ]),
  );
  const scores = sides.flatMap(({ result }) => result.mos ?? []);
  return {
    verdict: {
      kind: 'call',
      grade,
      mos: scores.length === 0 ? null : Math.min(...scores),
      frozenS: Math.max(...sides.map(({ result }) => result.frozenS)),
      sides: { download: download?.result ?? null, upload: upload?.result ?? null },
    },
    score,
    quietScore: scoreOn(LOST_R, BEST_R - quietR(streams, baseOneWayMs)),
  };
}

function side(
  streams: readonly SeenStream[],
  flow: 'download' | 'upload',
  baseOneWayMs: number,
): { result: Side; frozenShare: number } | undefined {
  const own = streams.filter(({ stream, legs }) => stream.flow === flow && watchedMs(legs) > 0);
  const windows = own
    .filter(({ stream }) => stream.kind === 'audio')
    .flatMap(({ stream, legs }) => legs.flatMap((leg) => playoutWindows(leg, stream.perS, baseOneWayMs)));
  const pictures = own.filter(({ stream }) => stream.kind === 'video');
  if (windows.length === 0 && pictures.length === 0) return undefined;

  const due = windows.reduce((sum, { units }) => sum + units.length, 0);
  // Windows count by what was due in them, so that the last, shorter one weighs less.
  const weighted = (of: (window: (typeof windows)[number]) => number): number | null =>
    due === 0 ? null : windows.reduce((sum, window) => sum + of(window) * window.units.length, 0) / due;
  const frozen = pictures.flatMap(freezes);
  const watchedS = pictures.reduce((sumMs, { legs }) => sumMs + watchedMs(legs), 0) / 1000;
  return {
    result: {
      mos: rounded(weighted(({ mos }) => mos)),
      r: rounded(weighted(({ r }) => r)),
      lostShare: rounded(weighted(({ lost, units }) => lost / units.length)) ?? 0,
      playoutMs: percentile(
        windows.map(({ delayMs }) => delayMs),
        50,
      ),
      frozenS: rounded(totalS(frozen)),
      freezes: frozen.length,
    },
    frozenShare: watchedS > 0 ? totalS(frozen) / watchedS : 0,
  };
}

/** R on the quiet line: nothing is lost at the shortest play-out. */
function quietR(streams: readonly SeenStream[], baseOneWayMs: number): number {
  const packetMs = streams.flatMap(({ stream }) => (stream.kind === 'audio' ? 1000 / stream.perS : []));
  return packetMs.length === 0 ? BEST_R : ratingFactor(baseOneWayMs + Math.max(...packetMs) + LEAST_PLAYOUT_MS, 0);
}
