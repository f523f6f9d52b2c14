import { ClassroomError } from './errors.ts';

const RETRY_S = 1;

/** So many at once, and so many a second after that. */
export interface MostRequests {
  readonly burst: number;
  readonly perS: number;
}

/** Of a session or of one connection: far more than a page asks for, and not enough to keep the server from others. */
export const MOST_REQUESTS: MostRequests = { burst: 600, perS: 100 };
/** Who is remembered; whoever has been away for longest has their burst again. */
const PLACES = 8_000;

/** Counts a request of somebody. @throws ClassroomError `too-many-requests` */
export type Rate = (who: string) => void;

export function createRate(nowMs: () => number, most: MostRequests = MOST_REQUESTS): Rate {
  const buckets = new Map<string, { left: number; atMs: number }>();
  return (who) => {
    const now = nowMs();
    const { left, atMs } = buckets.get(who) ?? { left: most.burst, atMs: now };
    const gained = (Math.max(0, now - atMs) / 1000) * most.perS;
    const bucket = { left: Math.min(most.burst, left + gained), atMs: now };
    buckets.delete(who);
    buckets.set(who, bucket);
    const [oldest] = buckets.keys();
    if (buckets.size > PLACES && oldest !== undefined) buckets.delete(oldest);
    if (bucket.left < 1) throw new ClassroomError('too-many-requests', { retryAfterS: RETRY_S });
    bucket.left -= 1;
  };
}
