import { rounded } from '../percentile.ts';
import { totalS } from './freezes.ts';
import { type Judged, LATE_SCALE, worstOf } from './judged.ts';
import { lagSpikes } from './lag.ts';
import { lateOrMissing } from './late.ts';
import type { Scale } from './scale.ts';
import { type SeenStream, watchedMs } from './seen.ts';

const SPIKES_PER_MINUTE: Scale = { best: 0, bounds: [1.5, 3, 6, 12, 24], worst: 60 };
/** Share of the time that was spent in spikes. */
const LAG_SHARE: Scale = { best: 0, bounds: [0.005, 0.02, 0.05, 0.2, 0.5], worst: 1 };

/** Lag spikes and late ticks of a game; `undefined` if no tick was ever due. */
export function judgeGame(streams: readonly SeenStream[]): Judged | undefined {
  const late = lateOrMissing(streams);
  const minutes = Math.max(0, ...streams.map(({ legs }) => watchedMs(legs))) / 60_000;
  if (late.due === 0 || minutes === 0) return undefined;
  const spikes = lagSpikes(streams);
  const lagS = totalS(spikes);
  const { score, grade } = worstOf([
    [LATE_SCALE, late.share],
    [SPIKES_PER_MINUTE, spikes.length / minutes],
    [LAG_SHARE, lagS / 60 / minutes],
  ]);
  return {
    verdict: {
      kind: 'game',
      grade,
      lagSpikes: spikes.length,
      lagSpikesPerMinute: rounded(spikes.length / minutes),
      lagS: rounded(lagS),
      lateShare: rounded(late.share),
      lateTicks: late.count,
    },
    score,
    quietScore: 100,
  };
}
