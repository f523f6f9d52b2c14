import { rounded } from '../percentile.ts';
import { freezes, totalS } from './freezes.ts';
import { FROZEN_SCALE, type Judged, LATE_SCALE, worstOf } from './judged.ts';
import { lateOrMissing } from './late.ts';
import { type SeenStream, watchedMs } from './seen.ts';

/** Freezes and late messages of a camera or a device; `undefined` if nothing was ever due. */
export function judgeLive(streams: readonly SeenStream[]): Judged | undefined {
  const late = lateOrMissing(streams);
  if (late.due === 0) return undefined;
  const pictures = streams.filter(({ stream }) => stream.kind === 'video');
  const frozen = pictures.flatMap(freezes);
  const watchedS = pictures.reduce((sumMs, { legs }) => sumMs + watchedMs(legs), 0) / 1000;
  const { score, grade } = worstOf([
    [LATE_SCALE, late.share],
    [FROZEN_SCALE, watchedS > 0 ? totalS(frozen) / watchedS : 0],
  ]);
  return {
    verdict: {
      kind: 'live',
      grade,
      frozenS: rounded(totalS(frozen)),
      freezes: frozen.length,
      lateShare: rounded(late.share),
    },
    score,
    quietScore: 100,
  };
}
