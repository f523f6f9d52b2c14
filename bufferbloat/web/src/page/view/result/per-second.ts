import type { PhaseId, Result } from '@rowhouse/bufferbloat-protocol';

/** One second of a test. Latency is the graded signal's median, censored probes at their age. */
export interface Second {
  /** Counted from 0: the second from `second` to `second + 1`. */
  readonly second: number;
  /** The phase at its middle; `undefined` while a queue drained. */
  readonly phase: PhaseId | undefined;
  readonly latencyMs: number | undefined;
  readonly lost: number;
  readonly downloadMbps: number | undefined;
  readonly uploadMbps: number | undefined;
}

/** Cuts a result into seconds; a second without a sample says so and takes nothing from its neighbours. */
export function perSecond(result: Result): Second[] {
  const { samples, phases, durationMs } = result;
  const signal = result.signal.graded === 'websocket' ? 'websocket' : 'udp';
  return Array.from({ length: Math.ceil(durationMs / 1000) }, (_, second): Second => {
    const within = (atMs: number) => Math.floor(atMs / 1000) === second;
    const probes = samples.latency.filter((sample) => sample.signal === signal && within(sample.sentMs));
    const middleMs = second * 1000 + 500;
    // An interval's bytes arrived before its end, so it belongs to the second that its middle lies in.
    const rate = (direction: 'download' | 'upload') => {
      const intervals = samples.bytes.filter(
        (sample) => sample.direction === direction && within(sample.atMs - sample.intervalMs / 2),
      );
      const spentMs = intervals.reduce((sum, interval) => sum + interval.intervalMs, 0);
      const bytes = intervals.reduce((sum, interval) => sum + interval.bytes, 0);
      return spentMs > 0 ? (bytes * 8) / 1000 / spentMs : undefined;
    };
    return {
      second,
      phase: phases.find((span) => span.startMs <= middleMs && middleMs < span.endMs)?.id,
      latencyMs: median(probes.flatMap((sample) => (sample.rttMs === null ? [] : [sample.rttMs]))),
      lost: probes.filter((sample) => sample.outcome === 'lost').length,
      downloadMbps: rate('download'),
      uploadMbps: rate('upload'),
    };
  });
}

function median(values: readonly number[]): number | undefined {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)];
}
