import { Growth, insertInOrder } from '../growth.ts';
import type { LivePoint } from '../state.ts';
import type { HouseholdSeries } from './state.ts';

/** More than the longest test can bring: 25 probes a second for over four minutes. */
const MAX_POINTS = 8192;

/** The household's live series and who tells of their growth. */
export class HouseholdCharts {
  readonly series: HouseholdSeries = { latency: new Map(), download: new Map(), upload: new Map() };
  readonly #growth = new Growth();
  readonly revision = this.#growth.revision;

  /** Empties every series and makes room for these users. */
  clear(userIds: readonly string[]): void {
    for (const byUser of Object.values(this.series)) {
      for (const points of byUser.values()) points.length = 0;
      for (const id of userIds) if (!byUser.has(id)) byUser.set(id, []);
    }
    this.#growth.tell();
  }

  add(series: keyof HouseholdSeries, userId: string, point: LivePoint): void {
    const points = this.series[series].get(userId);
    if (points && insertInOrder(points, point, MAX_POINTS)) this.#growth.note();
  }

  /** Called on every beat of the test's metronome. */
  beat(nowMs: number): void {
    this.#growth.beat(nowMs);
  }

  /** Tells of everything that came since. */
  tell(): void {
    this.#growth.tell();
  }
}
