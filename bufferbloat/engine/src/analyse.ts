import {
  type ByteSample,
  type LatencySample,
  RESULT_SCHEMA,
  type Result,
  type Signal,
} from '@rowhouse/bufferbloat-protocol';
import { confidenceOf } from './confidence.ts';
import { downloadCounts } from './delivered.ts';
import { throughput } from './goodput.ts';
import { addedLatency } from './added-latency.ts';
import { gradeOf, worstGrade } from './grade.ts';
import { percentile, rounded, summarise } from './percentile.ts';
import type { ProbeSample } from './probe-log.ts';
import type { ByteCount, Recording } from './recording.ts';
import { isEnough, type Signals, signalsOf } from './signals.ts';
import { DIRECTIONS, perDirection, perWindow, type PerWindow, type WindowId, windowsOf } from './windows.ts';
import type { WindowSamples } from './windows.ts';

const NOTHING: WindowSamples = { rttsMs: [], lost: 0 };
/** Counts come every 100 ms; a stall is not seen more finely than that. */
const COUNT_INTERVAL_MS = 100;

/** Turns what a runner recorded into the result. Pure: the same recording gives the same result. */
export function analyse(recording: Recording): Result {
  const { startedAtMs } = recording;
  const windows = windowsOf(recording.spans, startedAtMs);
  const signals = signalsOf(recording);
  const graded = gradedSamples(signals);
  const addedLatencyMs = perDirection((direction) => addedLatency(graded[direction], graded.baseline));
  const grades = perDirection((direction) => {
    const { p50 } = addedLatencyMs[direction];
    return p50 === null ? null : gradeOf(p50);
  });

  const slackMs = (id: WindowId): number => 2 * (percentile(graded[id].rttsMs, 95) ?? 0) + COUNT_INTERVAL_MS;
  const counted = (id: 'download' | 'upload' | 'bidirectional', direction: 'download' | 'upload') => {
    const window = windows[id];
    const counts =
      direction === 'upload' || window === undefined
        ? recording[direction]
        : downloadCounts(recording, window, slackMs(id));
    return throughput(counts, window, slackMs(id));
  };
  const throughputMbps = { download: counted('download', 'download'), upload: counted('upload', 'upload') };
  const bidirectional = {
    download: counted('bidirectional', 'download'),
    upload: counted('bidirectional', 'upload'),
  };

  return {
    schema: RESULT_SCHEMA,
    id: recording.id,
    startedAt: new Date(startedAtMs).toISOString(),
    durationMs: rounded(recording.endedAtMs - startedAtMs),
    mode: 'single',
    grade: { total: worstGrade(DIRECTIONS.map((direction) => grades[direction])), ...grades },
    latencyMs: summaries(graded),
    addedLatencyMs,
    throughputMbps,
    bidirectional,
    confidence: confidenceOf({ recording, windows, signals, graded, addedLatencyMs, throughputMbps, bidirectional }),
    signal: {
      graded: signals.graded,
      latencyMs: bySignal(signals),
      unavailable: signals.unavailable,
    },
    server: recording.server,
    phases: recording.spans.map(({ id, startMs, endMs, graded: window }) => ({
      id,
      startMs: rounded(startMs),
      endMs: rounded(endMs),
      graded: window === null ? null : { fromMs: rounded(window.fromMs), toMs: rounded(window.toMs) },
    })),
    gaps: signals.gaps.map((gap) => ({ ...gap, fromMs: rounded(gap.fromMs), toMs: rounded(gap.toMs) })),
    samples: {
      latency: [
        ...latencySamples('udp', signals.probes.udp, startedAtMs),
        ...latencySamples('websocket', signals.probes.websocket, startedAtMs),
      ],
      bytes: [
        ...byteSamples('download', recording.download, startedAtMs),
        ...byteSamples('upload', recording.upload, startedAtMs),
      ],
      inFlow: recording.tcp
        .filter(({ sample }) => sample.connections > 0)
        .map(({ atMs, sample }) => ({ atMs: rounded(atMs - startedAtMs), rttMs: rounded(sample.rttMs) })),
    },
  };
}

/** The windows of the graded signal; a window in which it has too few samples counts as empty. */
function gradedSamples({ graded, samples }: Signals): PerWindow<WindowSamples> {
  const own = graded === null ? undefined : samples[graded];
  return perWindow((id) => {
    if (graded === null || own === undefined) return NOTHING;
    return isEnough(graded, id, own[id]) ? own[id] : NOTHING;
  });
}

function summaries(samples: PerWindow<WindowSamples>): Result['latencyMs'] {
  return perWindow((id) => summarise(samples[id].rttsMs, samples[id].lost));
}

function bySignal({ samples }: Signals): Result['signal']['latencyMs'] {
  const { udp, websocket, 'tcp-info': inFlow } = samples;
  return {
    ...(udp && { udp: summaries(udp) }),
    ...(websocket && { websocket: summaries(websocket) }),
    ...(inFlow && {
      'tcp-info': {
        download: summarise(inFlow.download.rttsMs, 0),
        bidirectional: summarise(inFlow.bidirectional.rttsMs, 0),
      },
    }),
  };
}

function latencySamples(
  signal: Exclude<Signal, 'tcp-info'>,
  samples: readonly ProbeSample[],
  startedAtMs: number,
): LatencySample[] {
  return samples.map(({ sentMs, rttMs, outcome }) => ({
    signal,
    sentMs: rounded(sentMs - startedAtMs),
    rttMs: rounded(rttMs),
    outcome,
  }));
}

/** Differences of the cumulative counts: what arrived in each interval. */
function byteSamples(
  direction: 'download' | 'upload',
  counts: readonly ByteCount[],
  startedAtMs: number,
): ByteSample[] {
  return counts.slice(1).flatMap((count, index) => {
    const before = counts[index];
    if (before === undefined || (before.bytes === 0 && count.bytes === 0)) return [];
    return {
      direction,
      atMs: rounded(count.atMs - startedAtMs),
      intervalMs: rounded(count.atMs - before.atMs),
      bytes: count.bytes - before.bytes,
    };
  });
}
