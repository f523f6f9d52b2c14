import type { UnitStream } from '@rowhouse/bufferbloat-protocol';
import { isUnitStream, unitBytes, unitDueMs } from '../traffic/index.ts';
import { flowStartMs } from './rates.ts';
import type { Leg, UnitRecord, UserRecording } from './recording.ts';

/** One message that was due, and what became of it. */
export interface DueUnit {
  readonly dueMs: number;
  /** Size that the application wanted to send. */
  readonly wantedBytes: number;
  /** How much later than on the quiet line it came; `undefined`: dropped by the sender, or it never came. */
  readonly latenessMs: number | undefined;
  readonly bytes: number;
}

/** What was due of one stream over one connection, in the order of the grid. */
export interface SeenLeg {
  readonly leg: Leg;
  /** Where the stream's grid counts from. */
  readonly startMs: number;
  readonly units: readonly DueUnit[];
}

/** One stream of ticks, audio or video over the whole test. */
export interface SeenStream {
  /** Number of the stream in the profile. */
  readonly index: number;
  readonly stream: UnitStream;
  readonly legs: readonly SeenLeg[];
}

/** Lays what arrived over the grid of what was due, for each stream that has one. */
export function seenStreams({ profile, legs }: Pick<UserRecording, 'profile' | 'legs'>): SeenStream[] {
  return profile.streams.flatMap((stream, index) =>
    isUnitStream(stream) ? [{ index, stream, legs: legs.map((leg) => seenLeg(leg, index, stream)) }] : [],
  );
}

/**
 * Every unit that was due before the leg's end. On a lost connection nobody knows what became of those behind the last
 * one that arrived: they are left out.
 */
function seenLeg(leg: Leg, index: number, stream: UnitStream): SeenLeg {
  const arrived = new Map<number, UnitRecord>();
  let last = -1;
  for (const unit of leg.units) {
    if (unit.stream !== index) continue;
    arrived.set(unit.sequence, unit);
    last = Math.max(last, unit.sequence);
  }
  const startMs = flowStartMs(leg, stream.flow);
  const units: DueUnit[] = [];
  for (let sequence = 0; ; sequence += 1) {
    const dueMs = startMs + unitDueMs(stream, sequence);
    if (dueMs >= leg.endMs || (leg.lost && sequence > last)) return { leg, startMs, units };
    const unit = arrived.get(sequence);
    units.push({
      dueMs: unit?.dueMs ?? dueMs,
      wantedBytes: unitBytes(stream, sequence),
      latenessMs: unit?.latenessMs,
      bytes: unit?.bytes ?? 0,
    });
  }
}

/** A message as it came to be seen: its own time, and when it came, both as if the quiet line took no time at all. */
export interface Shown {
  readonly dueMs: number;
  readonly shownMs: number;
}

/** What the receiver saw, in the order of arrival: messages older than one that was there before change nothing. */
export function shown(units: readonly DueUnit[]): Shown[] {
  const arrived = units
    .flatMap(({ dueMs, latenessMs }) => (latenessMs === undefined ? [] : [{ dueMs, shownMs: dueMs + latenessMs }]))
    .sort((a, b) => a.shownMs - b.shownMs || a.dueMs - b.dueMs);
  let newestMs = Number.NEGATIVE_INFINITY;
  return arrived.filter(({ dueMs }) => {
    if (dueMs <= newestMs) return false;
    newestMs = dueMs;
    return true;
  });
}

/** Until when the state of a stream is known, as if the quiet line took no time: a lost leg's with its last arrival. */
export function knownUntilMs({ leg, startMs, units }: SeenLeg): number {
  if (!leg.lost) return leg.endMs;
  const lastMs = shown(units).at(-1)?.shownMs ?? startMs;
  return Math.min(leg.endMs, Math.max(startMs, lastMs));
}

/** How long the streams of a flow were watched, in milliseconds: the connections' times together. */
export function watchedMs(legs: readonly SeenLeg[]): number {
  return legs.reduce((sumMs, each) => sumMs + Math.max(0, knownUntilMs(each) - each.startMs), 0);
}
