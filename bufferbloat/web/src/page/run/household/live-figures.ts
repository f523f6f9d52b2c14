import { percentile } from '@rowhouse/bufferbloat-engine';
import { ByteSeries, type ByteTotal } from '../../../shared/byte-series.ts';
import type { ProbeSignal, Reply } from '../probe-recorder.ts';
import type { UserLive } from './state.ts';

/** What a figure of the moment stands on, in milliseconds. */
const WINDOW_MS = 1000;

/** The figures of one user's card: what the last second brought. */
export class LiveFigures {
  readonly #rates = { download: new ByteSeries(), upload: new ByteSeries() };
  #replies: { readonly signal: ProbeSignal; readonly receivedMs: number; readonly rttMs: number }[] = [];

  replies(signal: ProbeSignal, replies: readonly Reply[]): void {
    for (const { receivedMs, rttMs } of replies) this.#replies.push({ signal, receivedMs, rttMs });
  }

  /** Bytes that had arrived by a moment, since the test began. */
  bytes(flow: 'download' | 'upload', total: ByteTotal): void {
    this.#rates[flow].add(total);
  }

  /** @param quietMs median of the quiet line, once it is known */
  at(
    nowMs: number,
    signal: ProbeSignal | undefined,
    quietMs: number | undefined,
  ): Pick<UserLive, 'latencyMs' | 'addedMs' | 'downloadMbps' | 'uploadMbps'> {
    this.#replies = this.#replies.filter(({ receivedMs }) => nowMs - receivedMs < WINDOW_MS);
    const latencyMs =
      percentile(
        this.#replies.filter((reply) => reply.signal === signal).map(({ rttMs }) => rttMs),
        50,
      ) ?? undefined;
    return {
      latencyMs,
      addedMs: latencyMs === undefined || quietMs === undefined ? undefined : Math.max(0, latencyMs - quietMs),
      downloadMbps: this.rateMbps('download', nowMs),
      uploadMbps: this.rateMbps('upload', nowMs),
    };
  }

  /** Mbit/s over the last second; `undefined` where nothing came. */
  rateMbps(flow: 'download' | 'upload', nowMs: number): number | undefined {
    const series = this.#rates[flow];
    return nowMs - series.newestMs < WINDOW_MS ? series.rateMbps(WINDOW_MS) : undefined;
  }
}
