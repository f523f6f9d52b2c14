import type { TrafficStream } from '@rowhouse/bufferbloat-protocol';
import type { WireUnit } from './wire-session.ts';

type TickStream = Extract<TrafficStream, { kind: 'ticks' }>;

/** One direction of a game as the wire carried it. */
export interface TickFlow {
  readonly stream: TickStream;
  readonly arrived: readonly WireUnit[];
}

export interface GameReference {
  readonly dueTicks: number;
  readonly lateTicks: number;
  readonly lagSpikes: number;
}

export interface TrafficTimes {
  /** Every grid counts from here. */
  readonly startMs: number;
  /** What is due from here on does not count. */
  readonly endMs: number;
  /** One way of the empty line. */
  readonly oneWayMs: number;
}

const SPIKE_MS = 100;
const APART_MS = 250;

/** Late ticks and lag spikes of both directions, tick by tick on the grid rather than arrival by arrival. */
export function gameReference(flows: readonly TickFlow[], times: TrafficTimes): GameReference {
  let dueTicks = 0;
  let lateTicks = 0;
  const spikes: Interval[] = [];
  for (const flow of flows) {
    const ticks = ticksOf(flow, times);
    dueTicks += ticks.length;
    lateTicks += ticks.filter(({ latenessMs }) => latenessMs > flow.stream.lateMs).length;
    spikes.push(...lagsOf(ticks, times.endMs));
  }
  return { dueTicks, lateTicks, lagSpikes: mergedCount(spikes) };
}

interface Tick {
  /** When it is there on the empty line. */
  readonly quietMs: number;
  /** Infinite when it never came. */
  readonly latenessMs: number;
}

function ticksOf({ stream, arrived }: TickFlow, { startMs, endMs, oneWayMs }: TrafficTimes): Tick[] {
  const arrivedMs = new Map(arrived.map((unit) => [unit.sequence, unit.arrivedMs - unit.dueMs]));
  const count = Math.ceil(((endMs - startMs) * stream.perS) / 1000);
  return Array.from({ length: Math.max(0, count) }, (_, sequence) => ({
    quietMs: startMs + (sequence * 1000) / stream.perS + oneWayMs,
    latenessMs: (arrivedMs.get(sequence) ?? Number.POSITIVE_INFINITY) - oneWayMs,
  }));
}

interface Interval {
  readonly fromMs: number;
  readonly toMs: number;
}

/**
 * When the newest state was 100 ms older than it would have been on the empty line: from 100 ms after a tick should have been
 * there until it, or a newer one, is.
 */
function lagsOf(ticks: readonly Tick[], endMs: number): Interval[] {
  const lags: Interval[] = [];
  let replacedMs = Number.POSITIVE_INFINITY;
  for (const tick of ticks.toReversed()) {
    replacedMs = Math.min(replacedMs, tick.quietMs + tick.latenessMs);
    const fromMs = tick.quietMs + SPIKE_MS;
    const toMs = Math.min(endMs, replacedMs);
    if (toMs > fromMs) lags.push({ fromMs, toMs });
  }
  return lags;
}

function mergedCount(intervals: readonly Interval[]): number {
  let count = 0;
  let untilMs = Number.NEGATIVE_INFINITY;
  for (const { fromMs, toMs } of intervals.toSorted((a, b) => a.fromMs - b.fromMs)) {
    if (fromMs - untilMs >= APART_MS) count += 1;
    untilMs = Math.max(untilMs, toMs);
  }
  return count;
}
