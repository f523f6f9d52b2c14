import { type ChunkRecord, isUnitStream, type Leg, type ReceivedCount, unitDueMs } from '@rowhouse/bufferbloat-engine';
import type { Arrival, UserProfile } from '@rowhouse/bufferbloat-protocol';
import type { ServerReport, TrafficTick } from '../../../shared/household-messages.ts';
import { UnitLog } from './unit-log.ts';

export interface LegStart {
  readonly profile: UserProfile;
  /** Where the server's grids and ours begin, in Unix milliseconds of the server's clock. */
  readonly startMs: number;
  readonly ownStartMs: number;
  /** The server's clock minus ours. */
  readonly offsetMs: number;
}

/** Writes down the traffic of one connection, by our clock. */
export class LegRecorder {
  readonly #start: LegStart;
  readonly #units = new UnitLog();
  readonly #chunks: ChunkRecord[] = [];
  readonly #download: ReceivedCount[] = [];
  readonly #upload: ReceivedCount[] = [];
  #heardMs: number;

  constructor(start: LegStart) {
    this.#start = start;
    this.#heardMs = start.startMs - start.offsetMs;
  }

  get startMs(): number {
    return this.#start.startMs - this.#start.offsetMs;
  }

  /** When something last came. */
  get heardMs(): number {
    return this.#heardMs;
  }

  /** What we received. */
  tick({ atMs, heardMs, received, arrivals, chunks }: TrafficTick, offsetMs: number): void {
    this.#heardMs = Math.max(this.#heardMs, heardMs);
    this.#download.push({ atMs, bytes: received });
    for (const arrival of arrivals) this.#unit(arrival, this.#start.startMs);
    for (const { arrivalMs, ...chunk } of chunks) this.#chunks.push({ ...chunk, arrivalMs: arrivalMs - offsetMs });
  }

  /** What the server received. */
  report({ timeMs, receivedBytes, arrivals }: ServerReport, offsetMs: number): void {
    this.#upload.push({ atMs: timeMs - offsetMs, bytes: receivedBytes });
    for (const arrival of arrivals) this.#unit(arrival, this.#start.ownStartMs);
  }

  finish(end: { readonly endMs: number; readonly lost: boolean }): Leg {
    return {
      startMs: this.startMs,
      uploadStartMs: this.#start.ownStartMs - this.#start.offsetMs,
      ...end,
      units: this.#units.records(),
      chunks: this.#chunks,
      received: { download: this.#download, upload: this.#upload },
    };
  }

  #unit([stream, sequence, latenessMs, bytes]: Arrival, gridMs: number): void {
    const { profile, offsetMs } = this.#start;
    const kind = profile.streams[stream];
    if (!kind || !isUnitStream(kind)) return;
    this.#units.add(stream, sequence, gridMs - offsetMs + unitDueMs(kind, sequence), latenessMs, bytes);
  }
}
