import { Growth, insertInOrder } from './growth.ts';
import type { LivePoint, LiveSeries } from './state.ts';

/** More than the longest test can bring: 50 a second for over a minute. */
const MAX_POINTS = 4096;

export type LatencyChart = keyof LiveSeries['latency'];
export type ThroughputChart = keyof LiveSeries['throughput'];

/** The live series and who tells of their growth. */
export class Charts {
  readonly series: LiveSeries = {
    latency: { udp: [], websocket: [], inFlow: [] },
    throughput: { download: [], upload: [] },
  };
  readonly #growth = new Growth();
  readonly revision = this.#growth.revision;

  clear(): void {
    for (const points of [...Object.values(this.series.latency), ...Object.values(this.series.throughput)]) {
      points.length = 0;
    }
    this.#growth.tell();
  }

  latency(chart: LatencyChart, point: LivePoint): void {
    this.#add(this.series.latency[chart], point);
  }

  throughput(chart: ThroughputChart, point: LivePoint): void {
    this.#add(this.series.throughput[chart], point);
  }

  /** Called on every beat of the test's metronome. */
  beat(nowMs: number): void {
    this.#growth.beat(nowMs);
  }

  /** Tells of everything that came since. */
  tell(): void {
    this.#growth.tell();
  }

  #add(points: LivePoint[], point: LivePoint): void {
    if (insertInOrder(points, point, MAX_POINTS)) this.#growth.note();
  }
}
