import { type NumberedStream, Player, StreamReceiver } from '@rowhouse/bufferbloat-engine';
import type { FrameHeader, SegmentStream, TrafficStream } from '@rowhouse/bufferbloat-protocol';
import type { TrafficTick } from '../shared/household-messages.ts';

export interface DownlinkOptions {
  readonly streams: readonly NumberedStream<TrafficStream>[];
  /** Where the server's grids begin; Unix milliseconds of its clock, as all times here. */
  readonly startMs: number;
  readonly baseOneWayMs: number;
  /** The player wants this quality from the next segment on. */
  readonly onQuality: (quality: number) => void;
}

/** What one user's application receives, and what a player makes of it. */
export class Downlink {
  readonly #receiver: StreamReceiver;
  readonly #onQuality: (quality: number) => void;
  readonly #film: number | undefined;
  readonly #player: Player | undefined;
  #quality = 0;

  constructor({ streams, startMs, baseOneWayMs, onQuality }: DownlinkOptions) {
    this.#receiver = new StreamReceiver(streams, baseOneWayMs);
    this.#onQuality = onQuality;
    const film = streams.find((each): each is NumberedStream<SegmentStream> => each.stream.kind === 'segments');
    this.#film = film?.index;
    this.#player = film && new Player(film.stream, startMs);
  }

  /** For the next header. */
  get ackBytes(): number {
    return this.#receiver.ackBytes;
  }

  take(header: FrameHeader, bytes: number, arrivalMs: number): void {
    if (!this.#receiver.note(header, bytes, arrivalMs) || header.stream !== this.#film) return;
    this.#player?.chunk({ ...header, bytes }, arrivalMs);
    this.#want();
  }

  /** What came since the last call. */
  tick(nowMs: number): Pick<TrafficTick, 'received' | 'arrivals' | 'chunks' | 'stalled'> {
    this.#player?.advance(nowMs);
    this.#want();
    return {
      received: this.#receiver.receivedBytes(),
      arrivals: this.#receiver.takeArrivals(),
      chunks: this.#receiver.takeChunks(),
      stalled: this.#player?.state === 'stalled',
    };
  }

  #want(): void {
    const quality = this.#player?.quality ?? 0;
    if (quality === this.#quality) return;
    this.#quality = quality;
    this.#onQuality(quality);
  }
}
