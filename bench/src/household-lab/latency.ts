import { percentile } from '@rowhouse/bufferbloat-engine';
import type { Row } from '../shared/verdict.ts';
import type { HouseholdRun } from './run.ts';

export interface LatencyComparison {
  readonly userId: string;
  readonly window: 'baseline' | 'during';
  readonly p: 50 | 95;
  readonly measuredMs: number;
  readonly trueMs: number;
  readonly allowedMs: number;
  /** Probes that the figures stand on. */
  readonly probes: { readonly measured: number; readonly truth: number };
}

const PERCENTILES = [50, 95] as const;

/** Every user's path latency as the page printed it, beside what the router did to the same probes. */
export function compareLatency({ result, truth, baseRttMs }: HouseholdRun): LatencyComparison[] {
  return Object.entries(result.users).flatMap(([userId, user]) => {
    const protocol = user.signal === 'udp' ? 'udp' : 'tcp';
    const probes = truth.probes().filter((probe) => probe.port === user.served?.port && probe.protocol === protocol);
    return (['baseline', 'during'] as const).flatMap((window) => {
      const span = windowOf(result, window);
      const trips = probes
        .filter(({ sentAtMs }) => sentAtMs >= span.fromMs && sentAtMs < span.toMs)
        .flatMap(({ upSojournMs, downSojournMs }) =>
          upSojournMs === null || downSojournMs === null ? [] : [upSojournMs + downSojournMs + baseRttMs],
        );
      return PERCENTILES.map((p) => {
        const trueMs = percentile(trips, p) ?? Number.NaN;
        const measured = user.latencyMs[window];
        return {
          userId,
          window,
          p,
          measuredMs: measured[`p${p}`] ?? Number.NaN,
          trueMs,
          allowedMs: Math.max(1, 0.03 * trueMs),
          probes: { measured: measured.count, truth: trips.length },
        };
      });
    });
  });
}

export function latencyRows(name: string, comparisons: readonly LatencyComparison[]): Row[] {
  return comparisons.map(({ userId, window, p, measuredMs, trueMs, allowedMs, probes }) => ({
    what: `${name}: ${userId} ${window} p${p}`,
    figure: `${measuredMs.toFixed(1)} ms, true ${trueMs.toFixed(1)} (${probes.measured} probes, ${probes.truth} seen)`,
    target: `within ${allowedMs.toFixed(1)} ms`,
    ok: Math.abs(measuredMs - trueMs) <= allowedMs,
  }));
}

/** A phase's window in Unix milliseconds. */
export function windowOf(
  result: HouseholdRun['result'],
  window: 'baseline' | 'during',
): { fromMs: number; toMs: number } {
  const id = window === 'during' ? 'household' : 'baseline';
  const phase = result.phases.find((one) => one.id === id);
  if (phase === undefined) throw new Error(`the result has no ${id} phase`);
  const originMs = Date.parse(result.startedAt);
  return { fromMs: originMs + phase.startMs, toMs: originMs + phase.endMs };
}
