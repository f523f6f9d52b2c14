import type { DueUnit, SeenStream } from './seen.ts';

/** A picture so much later than on the quiet line was held long enough to be a freeze by the rule of webrtc-stats. */
const PICTURE_LATE_MS = 150;

/** From when on a message of a stream that has no play-out buffer is late, in milliseconds. */
export function lateMsOf(stream: SeenStream['stream']): number {
  return stream.kind === 'ticks' ? stream.lateMs : PICTURE_LATE_MS;
}

/** Whether a message came, but too late. */
export function isLate({ latenessMs }: DueUnit, lateMs: number): boolean {
  return latenessMs !== undefined && latenessMs > lateMs;
}

/** How many messages were of no use any more when they came, or never came. */
export function lateOrMissing(streams: readonly SeenStream[]): { due: number; count: number; share: number } {
  let due = 0;
  let count = 0;
  for (const { stream, legs } of streams) {
    const lateMs = lateMsOf(stream);
    for (const unit of legs.flatMap(({ units }) => units)) {
      due += 1;
      if (unit.latenessMs === undefined || unit.latenessMs > lateMs) count += 1;
    }
  }
  return { due, count, share: due === 0 ? 0 : count / due };
}
