import { signal } from '@preact/signals';
import type { LivePoint, LiveSeries } from './state.ts';

/** More than the longest test can bring: 50 a second for over a minute. */
const MAX_POINTS = 4096;
/** The charts are told of new points at most this often, in milliseconds. */
const REVISION_MS = 100;

export type LatencyChart = keyof LiveSeries['latency'];
export type ThroughputChart = keyof LiveSeries['throughput'];

/** The live series and who tells of their growth. */
export class Charts {
  readonly revision = signal(0);
  readonly series: LiveSeries = {
    latency: { udp: [], websocket: [], inFlow: [] },
    throughput: { download: [], upload: [] },
  };
  #grown = false;
  #revisedMs = 0;

  clear(): void {
    for (const points of [...Object.values(this.series.latency), ...Object.values(this.series.throughput)]) {
      points.length = 0;
    }
    this.revision.value += 1;
  }

  latency(chart: LatencyChart, point: LivePoint): void {
    this.#add(this.series.latency[chart], point);
  }

  throughput(chart: ThroughputChart, point: LivePoint): void {
    this.#add(this.series.throughput[chart], point);
  }

  /** Called on every beat of the test's metronome. */
  beat(nowMs: number): void {
    if (!this.#grown || nowMs - this.#revisedMs < REVISION_MS) return;
    this.#grown = false;
    this.#revisedMs = nowMs;
    this.revision.value += 1;
  }

  /** Unordered replies come as they please; the charts need their points in order of time. */
  #add(points: LivePoint[], point: LivePoint): void {
    if (point.atMs < 0) return;
    let at = points.length;
    while (at > 0 && (points[at - 1]?.atMs ?? 0) > point.atMs) at -= 1;
    points.splice(at, 0, point);
    if (points.length > MAX_POINTS) points.shift();
    this.#grown = true;
  }
}
