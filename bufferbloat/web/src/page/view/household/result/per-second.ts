import type { HouseholdResult } from '@rowhouse/bufferbloat-protocol';
import { rateColumn } from '../../../charts/household/buckets.ts';

/** One user in one second. */
export interface UserSecond {
  readonly latencyMs: number | undefined;
  readonly lost: number;
  readonly downloadMbps: number | undefined;
  readonly uploadMbps: number | undefined;
}

/** Cuts a household's result into seconds, a list of seconds a user; a second without a sample takes nothing from its neighbours. */
export function householdPerSecond(result: HouseholdResult): Map<string, UserSecond[]> {
  const seconds = Math.ceil(result.durationMs / 1000);
  return new Map(
    Object.entries(result.users).map(([id, { signal }]) => {
      const probes = Array.from({ length: seconds }, (): { values: number[]; lost: number } => ({
        values: [],
        lost: 0,
      }));
      for (const sample of result.samples.latency) {
        const second = probes[Math.floor(sample.sentMs / 1000)];
        if (sample.userId !== id || sample.signal !== signal || second === undefined) continue;
        if (sample.rttMs !== null) second.values.push(sample.rttMs);
        if (sample.outcome === 'lost') second.lost += 1;
      }
      const rates = (flow: 'download' | 'upload') =>
        rateColumn(
          result.samples.bytes
            .filter((sample) => sample.userId === id && sample.flow === flow && sample.intervalMs > 0)
            .map(({ atMs, intervalMs, bytes }) => ({
              fromMs: atMs - intervalMs,
              toMs: atMs,
              mbps: (bytes * 8) / 1000 / intervalMs,
            })),
          1000,
          seconds,
        );
      const download = rates('download');
      const upload = rates('upload');
      return [
        id,
        probes.map(({ values, lost }, second) => ({
          latencyMs: median(values),
          lost,
          downloadMbps: download[second] ?? undefined,
          uploadMbps: upload[second] ?? undefined,
        })),
      ];
    }),
  );
}

function median(values: readonly number[]): number | undefined {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)];
}
