import type { SegmentStream } from '@rowhouse/bufferbloat-protocol';
import { mean, rounded } from '../percentile.ts';
import { type Judged, worstOf } from './judged.ts';
import { Player, type PlayerSummary } from './player.ts';
import type { Leg, UserRecording } from './recording.ts';
import { type Scale, scoreOn } from './scale.ts';

/** Seconds until the picture came. */
const STARTUP_S: Scale = { best: 0, bounds: [2, 3, 5, 10, 20], worst: 60 };
/** Share of the time in which the film stood still. */
const STALL_SHARE: Scale = { best: 0, bounds: [0.001, 0.005, 0.01, 0.05, 0.15], worst: 1 };
const QUALITY_LOST: Scale = { best: 0, bounds: [0.01, 0.1, 0.3, 0.6, 0.85], worst: 1 };

/**
 * Start-up, stalls and quality of a film: what `Player` does with the segments as they arrived. Each connection is
 * played by itself; the start-up is the first one's. `undefined` if no film was ever asked for.
 */
export function judgeStreaming({
  profile,
  legs,
  baseOneWayMs,
}: Pick<UserRecording, 'profile' | 'legs' | 'baseOneWayMs'>): Judged | undefined {
  const index = profile.streams.findIndex(({ kind }) => kind === 'segments');
  const stream = profile.streams[index];
  const played = legs.filter(({ startMs, endMs }) => endMs > startMs);
  const [first] = played;
  if (stream?.kind !== 'segments' || first === undefined) return undefined;

  const summaries = played.map((leg) => play(leg, index, stream));
  const watchedMs = played.reduce((sumMs, { startMs, endMs }) => sumMs + endMs - startMs, 0);
  const startupMs = summaries[0]?.startupMs ?? null;
  const stallMs = summaries.reduce((sumMs, each) => sumMs + each.stallMs, 0);
  const qualities = summaries.flatMap((each) => each.qualities);
  const qualityShare = mean(qualities.map((quality) => stream.qualities[quality] ?? 0));
  const { score, grade } = worstOf([
    // Until it was over it had not begun: it took at least so long.
    [STARTUP_S, (startupMs ?? first.endMs - first.startMs) / 1000],
    [STALL_SHARE, stallMs / watchedMs],
    [QUALITY_LOST, 1 - (qualityShare ?? 1)],
  ]);
  return {
    verdict: {
      kind: 'streaming',
      grade,
      startupMs: rounded(startupMs),
      stalls: summaries.reduce((sum, each) => sum + each.stalls, 0),
      stallS: rounded(stallMs / 1000),
      qualityShare: rounded(qualityShare),
      stepsDown: summaries.reduce((sum, each) => sum + stepsDown(each), 0),
    },
    score,
    // The first segment takes its time to be sent on any line.
    quietScore: scoreOn(STARTUP_S, (stream.onMs + 2 * baseOneWayMs) / 1000),
  };
}

function play(leg: Leg, index: number, stream: SegmentStream): PlayerSummary {
  const player = new Player(stream, leg.startMs);
  const own = leg.chunks.filter((chunk) => chunk.stream === index && chunk.arrivalMs <= leg.endMs);
  for (const chunk of own.toSorted((a, b) => a.arrivalMs - b.arrivalMs)) player.chunk(chunk, chunk.arrivalMs);
  player.advance(leg.endMs);
  return player.summary();
}

function stepsDown({ qualities }: PlayerSummary): number {
  return qualities.filter((quality, at) => quality > (qualities[at - 1] ?? quality)).length;
}
