import type { HouseholdResult } from '@rowhouse/bufferbloat-protocol';
import { percentile, rounded } from '../percentile.ts';
import type { PathLatency } from './path-latency.ts';
import { FLOWS, type Flow } from './rates.ts';
import type { Leg, UserRecording } from './recording.ts';
import type { JudgedUnit } from './stream-result.ts';

type Samples = HouseholdResult['samples'];

const SECOND_MS = 1000;

/** Every probe of a user. */
export function latencySamples(userId: string, { probes }: PathLatency, startedAtMs: number): Samples['latency'] {
  return (['udp', 'websocket'] as const).flatMap((signal) =>
    probes[signal].map(({ sentMs, rttMs, outcome }) => ({
      userId,
      signal,
      sentMs: rounded(sentMs - startedAtMs),
      rttMs: rounded(rttMs),
      outcome,
    })),
  );
}

/** What arrived from one count to the next, all streams of a direction together; nothing bridges two connections. */
export function byteSamples({ profile, legs }: UserRecording, startedAtMs: number): Samples['bytes'] {
  return FLOWS.flatMap((flow) =>
    legs.flatMap((leg) =>
      totals(leg, flow).flatMap(({ atMs, bytes }, index, all) => {
        const before = all[index - 1];
        if (before === undefined || atMs <= before.atMs) return [];
        return {
          userId: profile.id,
          flow,
          atMs: rounded(atMs - startedAtMs),
          intervalMs: rounded(atMs - before.atMs),
          bytes: bytes - before.bytes,
        };
      }),
    ),
  );
}

function totals(leg: Leg, flow: Flow): { atMs: number; bytes: number }[] {
  const counts = leg.received[flow].filter(({ atMs }) => atMs > leg.startMs);
  return [
    { atMs: leg.startMs, bytes: 0 },
    ...counts.map(({ atMs, bytes }) => ({ atMs, bytes: bytes.reduce((sum, [, each]) => sum + each, 0) })),
  ];
}

/** A stream's messages a second at a time, by when they were due; seconds in which none was are left out. */
export function latenessSamples(
  userId: string,
  stream: number,
  units: readonly JudgedUnit[],
  trafficFromMs: number,
  startedAtMs: number,
): Samples['lateness'] {
  const bySecond = new Map<number, JudgedUnit[]>();
  for (const unit of units) {
    const second = Math.max(0, Math.floor((unit.dueMs - trafficFromMs) / SECOND_MS));
    const own = bySecond.get(second);
    if (own === undefined) bySecond.set(second, [unit]);
    else own.push(unit);
  }
  return [...bySecond]
    .toSorted(([a], [b]) => a - b)
    .map(([second, own]) => {
      const arrived = own.flatMap(({ latenessMs }) => latenessMs ?? []);
      return {
        userId,
        stream,
        atMs: rounded(trafficFromMs + (second + 1) * SECOND_MS - startedAtMs),
        p50: rounded(percentile(arrived, 50)),
        max: rounded(percentile(arrived, 100)),
        dropped: own.length - arrived.length,
        late: own.filter(({ late }) => late).length,
      };
    });
}
