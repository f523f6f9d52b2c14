import { isUnitStream } from '@rowhouse/bufferbloat-engine';
import type { Arrival, TrafficStream, UserProfile } from '@rowhouse/bufferbloat-protocol';

/** How far back it looks, in milliseconds. */
const WINDOW_MS = 2000;
/** A picture or a sound that is later than this is noticed, in milliseconds. */
const NOTICED_MS = 150;

interface Batch {
  readonly atMs: number;
  readonly due: number;
  readonly bad: number;
}

/** How much of a user's ticks, sound or pictures came too late or not at all in the last two seconds, for the note of the moment. */
export class RecentUnits {
  readonly #profile: UserProfile;
  readonly #nextSequence = new Map<number, number>();
  #batches: Batch[] = [];

  constructor(profile: UserProfile) {
    this.#profile = profile;
  }

  /** What arrived in either direction; missing numbers were dropped. */
  add(arrivals: readonly Arrival[], atMs: number): void {
    let due = 0;
    let bad = 0;
    for (const [stream, sequence, latenessMs] of arrivals) {
      const lateMs = limitMs(this.#profile.streams[stream]);
      if (lateMs === undefined) continue;
      const missing = Math.max(0, sequence - (this.#nextSequence.get(stream) ?? sequence));
      this.#nextSequence.set(stream, sequence + 1);
      due += 1 + missing;
      bad += missing + (latenessMs > lateMs ? 1 : 0);
    }
    this.#batches = this.#batches.filter((batch) => atMs - batch.atMs < WINDOW_MS);
    if (due > 0) this.#batches.push({ atMs, due, bad });
  }

  /** Sequences begin anew on another connection. */
  restart(): void {
    this.#nextSequence.clear();
    this.#batches = [];
  }

  /** 0 to 1. */
  get badShare(): number {
    const due = this.#batches.reduce((sum, batch) => sum + batch.due, 0);
    return due === 0 ? 0 : this.#batches.reduce((sum, batch) => sum + batch.bad, 0) / due;
  }
}

function limitMs(stream: TrafficStream | undefined): number | undefined {
  if (!stream || !isUnitStream(stream)) return undefined;
  return stream.kind === 'ticks' ? stream.lateMs : NOTICED_MS;
}
