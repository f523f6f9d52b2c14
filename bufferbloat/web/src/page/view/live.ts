import type { ReadonlySignal } from '@preact/signals';
import { liveTimeline, type TimelineData } from '../charts/data.ts';
import type { LivePoint, LiveSeries, Runner, RunState } from '../run/state.ts';
import { type PlannedPhase, type Progress, progressOf, spansAhead } from './progress.ts';
import { throttled } from './throttle.ts';

/** The figures of this moment; `undefined` where nothing has come in for a while. */
export interface LiveNumbers {
  readonly latencyMs: number | undefined;
  readonly addedMs: number | undefined;
  readonly downloadMbps: number | undefined;
  readonly uploadMbps: number | undefined;
}

/** What the running page shows, renewed a few times a second. */
export interface LiveView {
  readonly timeline: TimelineData;
  readonly numbers: LiveNumbers;
  readonly progress: Progress;
}

/** How far back "now" reaches, in milliseconds. */
const NOW_MS = 1000;

/** @internal The figures of this moment: medians over the last second, and the latency added to the median at rest. */
export function liveNumbers(series: LiveSeries, state: RunState): LiveNumbers {
  const probes = state.activeSignal === 'websocket' ? series.latency.websocket : series.latency.udp;
  const latencyMs = median(recent(probes, state.elapsedMs));
  const rest = state.spans.find((span) => span.id === 'baseline');
  const restMs =
    rest === undefined || state.phase === 'baseline'
      ? undefined
      : median(probes.filter((point) => point.atMs < rest.endMs).map((point) => point.value));
  return {
    latencyMs,
    addedMs: latencyMs === undefined || restMs === undefined ? undefined : Math.max(0, latencyMs - restMs),
    downloadMbps: median(recent(series.throughput.download, state.elapsedMs)),
    uploadMbps: median(recent(series.throughput.upload, state.elapsedMs)),
  };
}

function recent(points: readonly LivePoint[], nowMs: number): number[] {
  const values: number[] = [];
  for (let index = points.length - 1; index >= 0; index--) {
    const point = points[index];
    if (point === undefined || point.atMs < nowMs - NOW_MS) break;
    values.push(point.value);
  }
  return values;
}

function median(values: readonly number[]): number | undefined {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)];
}

/** The live view of a run, renewed at most once every `everyMs`; with the function that ends it. */
export function watchLive(
  runner: Runner,
  plan: readonly PlannedPhase[],
  everyMs: number,
): { readonly view: ReadonlySignal<LiveView>; readonly end: () => void } {
  const look = (): LiveView => {
    const state = runner.state.peek();
    return {
      timeline: liveTimeline(runner.series, state, spansAhead(state, plan)),
      numbers: liveNumbers(runner.series, state),
      progress: progressOf(state, plan),
    };
  };
  return throttled([runner.revision, runner.state], look, everyMs);
}
