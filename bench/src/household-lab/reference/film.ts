import type { SegmentStream } from '@rowhouse/bufferbloat-protocol';
import type { WireUnit } from './wire-session.ts';

export interface FilmReference {
  /** `null`: the picture never came. */
  readonly startupMs: number | null;
  readonly stalls: number;
  readonly stallS: number;
}

const RESUME_S = 2;

/**
 * What a film's viewer saw, from when its parts arrived: worked out backwards from what play needs, not by stepping a player.
 *
 * The film is a line of seconds; `readyMs(s)` is when second `s` of it was there. Play begins when the first segment is
 * complete. From a start at `wallMs` with `filmS` shown, it runs until the first second that is not there when it is due.
 * Then it waits until the segment that it stands in is complete or two seconds are there, whichever is first.
 */
export function filmReference(
  arrived: readonly WireUnit[],
  stream: SegmentStream,
  startMs: number,
  endMs: number,
): FilmReference {
  const periodS = (stream.onMs + stream.offMs) / 1000;
  const parts = partsOf(arrived, periodS, endMs);
  const firstWhole = parts.find(({ segmentEndS, toS }) => toS >= segmentEndS);
  if (firstWhole === undefined) return { startupMs: null, stalls: 0, stallS: 0 };

  let wallMs = firstWhole.atMs;
  let filmS = 0;
  let stalls = 0;
  let stallMs = 0;
  for (;;) {
    const originMs = wallMs - filmS * 1000;
    // The first part that is not there when play comes to where it begins.
    const missing = parts.find(({ fromS, atMs }) => fromS >= filmS && atMs > originMs + fromS * 1000);
    const stopS = missing?.fromS ?? parts.at(-1)?.toS ?? 0;
    const stopMs = originMs + stopS * 1000;
    if (stopMs >= endMs) break;
    stalls += 1;
    const standsIn = Math.floor(stopS / periodS + 1e-9);
    const resume = parts.find(
      ({ atMs, toS }) => atMs > stopMs && (toS >= (standsIn + 1) * periodS - 1e-9 || toS - stopS >= RESUME_S),
    );
    const resumeMs = resume?.atMs ?? endMs;
    stallMs += resumeMs - stopMs;
    if (resume === undefined) break;
    [wallMs, filmS] = [resumeMs, stopS];
  }
  return { startupMs: firstWhole.atMs - startMs, stalls, stallS: stallMs / 1000 };
}

interface Part {
  readonly fromS: number;
  readonly toS: number;
  readonly atMs: number;
  readonly segmentEndS: number;
}

/** Which seconds of the film each message brought: a segment's bytes are its period in proportion. */
function partsOf(arrived: readonly WireUnit[], periodS: number, endMs: number): Part[] {
  const haveBytes = new Map<number, number>();
  return arrived
    .filter(({ arrivedMs }) => arrivedMs <= endMs)
    .map(({ unit, unitBytes, bytes, arrivedMs }) => {
      const before = haveBytes.get(unit) ?? 0;
      haveBytes.set(unit, before + bytes);
      const at = (have: number) => (unit + Math.min(1, have / unitBytes)) * periodS;
      return { fromS: at(before), toS: at(before + bytes), atMs: arrivedMs, segmentEndS: (unit + 1) * periodS - 1e-9 };
    });
}
