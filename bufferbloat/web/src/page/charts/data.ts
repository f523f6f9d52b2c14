import type { Gap, PhaseSpan, Result } from '@rowhouse/bufferbloat-protocol';
import type { LiveSeries, RunState } from '../run/state.ts';
import type { Point } from './align.ts';

/** A median over a graded window, drawn as a level line. */
interface Level {
  readonly fromMs: number;
  readonly toMs: number;
  readonly valueMs: number;
}

/** Everything that the two charts show; times in milliseconds since the test's start. */
export interface TimelineData {
  readonly totalMs: number;
  readonly spans: readonly PhaseSpan[];
  readonly udp: readonly Point[];
  readonly websocket: readonly Point[];
  readonly inFlow: readonly Point[];
  readonly download: readonly Point[];
  readonly upload: readonly Point[];
  /** When the lost probes of the graded signal were sent. */
  readonly lostMs: readonly number[];
  readonly levels: readonly Level[];
  readonly gaps: readonly Gap[];
}

/** What a run has shown so far; the phases to come are shaded where `planned` has them. */
export function liveTimeline(series: LiveSeries, state: RunState, planned: readonly PhaseSpan[]): TimelineData {
  return {
    totalMs: state.totalMs,
    spans: [...state.spans, ...planned],
    ...series.latency,
    ...series.throughput,
    lostMs: [],
    levels: [],
    gaps: [],
  };
}

/** A finished result as charts: every sample as it was taken. */
export function resultTimeline(result: Result): TimelineData {
  const graded = result.signal.graded;
  const { latency, bytes, inFlow } = result.samples;
  const probes = (signal: 'udp' | 'websocket'): Point[] =>
    latency
      .filter((sample) => sample.signal === signal)
      .map((sample) => ({ atMs: sample.sentMs, value: sample.rttMs }))
      .sort((a, b) => a.atMs - b.atMs);
  const rates = (direction: 'download' | 'upload'): Point[] =>
    bytes
      .filter((sample) => sample.direction === direction && sample.intervalMs > 0)
      .map((sample) => ({ atMs: sample.atMs, value: (sample.bytes * 8) / 1000 / sample.intervalMs }))
      .sort((a, b) => a.atMs - b.atMs);
  return {
    totalMs: result.durationMs,
    spans: result.phases,
    udp: probes('udp'),
    websocket: probes('websocket'),
    inFlow: inFlow.map((sample) => ({ atMs: sample.atMs, value: sample.rttMs })),
    download: rates('download'),
    upload: rates('upload'),
    lostMs: latency
      .filter((sample) => sample.outcome === 'lost' && sample.signal === (graded ?? 'udp'))
      .map((sample) => sample.sentMs),
    levels: levelsOf(result),
    gaps: result.gaps,
  };
}

function levelsOf(result: Result): Level[] {
  const levels: Level[] = [];
  for (const span of result.phases) {
    if (span.graded === null || span.id === 'download-warmup' || span.id === 'upload-warmup') continue;
    const valueMs = result.latencyMs[span.id].p50;
    if (valueMs !== null) levels.push({ fromMs: span.graded.fromMs, toMs: span.graded.toMs, valueMs });
  }
  return levels;
}
