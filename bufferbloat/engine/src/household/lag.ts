import { knownUntilMs, type SeenStream, shown } from './seen.ts';

export interface Stretch {
  readonly fromMs: number;
  readonly toMs: number;
}

/** A state so much older than on the quiet line is a lag, in milliseconds. */
export const LAG_MS = 100;
/** Lags closer together than this are felt as one, in milliseconds. */
export const LAG_MERGE_MS = 250;

/**
 * The stretches in which a game stood or jumped: the newest state on the receiving side is at least 100 ms older than it
 * would be on the quiet line, that is, its successor is 100 ms overdue. Both directions together; stretches that
 * are less than 250 ms apart are one.
 */
export function lagSpikes(streams: readonly SeenStream[]): Stretch[] {
  return merged(streams.flatMap(lagsOf), LAG_MERGE_MS);
}

function lagsOf({ stream, legs }: SeenStream): Stretch[] {
  const intervalMs = 1000 / stream.perS;
  return legs.flatMap((each) => {
    const untilMs = knownUntilMs(each);
    const lags: Stretch[] = [];
    // Before the first state it is as if the one before it had come in time.
    let newest = { dueMs: each.startMs - intervalMs, shownMs: each.startMs - intervalMs };
    for (const next of [...shown(each.units), { dueMs: Number.POSITIVE_INFINITY, shownMs: untilMs }]) {
      const fromMs = Math.max(newest.shownMs, newest.dueMs + intervalMs + LAG_MS);
      const toMs = Math.min(next.shownMs, untilMs);
      if (toMs > fromMs) lags.push({ fromMs, toMs });
      newest = next;
    }
    return lags;
  });
}

/** In order of time; what overlaps or is less than `closerMs` apart becomes one. */
export function merged(stretches: readonly Stretch[], closerMs: number): Stretch[] {
  const result: { fromMs: number; toMs: number }[] = [];
  for (const { fromMs, toMs } of stretches.toSorted((a, b) => a.fromMs - b.fromMs)) {
    const last = result.at(-1);
    if (last === undefined || fromMs - last.toMs >= closerMs) result.push({ fromMs, toMs });
    else last.toMs = Math.max(last.toMs, toMs);
  }
  return result;
}
