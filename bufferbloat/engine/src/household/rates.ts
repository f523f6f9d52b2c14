import type { Direction } from '@rowhouse/bufferbloat-protocol';
import { bytesAt, type Window } from '../goodput.ts';
import type { ByteCount } from '../recording.ts';
import type { Leg, UserRecording } from './recording.ts';

export type Flow = Exclude<Direction, 'bidirectional'>;
export const FLOWS: readonly Flow[] = ['download', 'upload'];

export function perFlow<T>(make: (flow: Flow) => T): { download: T; upload: T } {
  return { download: make('download'), upload: make('upload') };
}

/** Where the grids of a direction's streams count from. */
export function flowStartMs({ startMs, uploadStartMs }: Leg, flow: Flow): number {
  return flow === 'upload' ? (uploadStartMs ?? startMs) : startMs;
}

/** When what was sent could arrive: from one way after the start until the end; empty on a shorter connection. */
export function arrivalWindow(leg: Leg, flow: Flow, baseOneWayMs: number): Window {
  const fromMs = Math.min(leg.endMs, flowStartMs(leg, flow) + baseOneWayMs);
  return { fromMs, toMs: leg.endMs };
}

/** Bytes of one stream over one connection as a cumulative count; before the traffic began there were none. */
export function countsOf(leg: Leg, flow: Flow, stream: number): ByteCount[] {
  const counts = leg.received[flow].map(({ atMs, bytes }) => ({
    atMs,
    bytes: bytes.find(([number]) => number === stream)?.[1] ?? 0,
  }));
  return [{ atMs: leg.startMs, bytes: 0 }, ...counts.filter(({ atMs }) => atMs > leg.startMs)];
}

/** Whether anything was counted in a leg: without a count nothing is known, which is not the same as nothing. */
export function isCounted(leg: Leg, flow: Flow): boolean {
  return leg.endMs > leg.startMs && leg.received[flow].some(({ atMs }) => atMs > leg.startMs);
}

/** Bytes of one stream that arrived in a stretch, summed over the connections. */
export function bytesBetween(legs: readonly Leg[], flow: Flow, stream: number, { fromMs, toMs }: Window): number {
  return legs.reduce((sum, leg) => {
    const counts = countsOf(leg, flow, stream);
    return sum + bytesAt(counts, toMs) - bytesAt(counts, fromMs);
  }, 0);
}

/** Mbit/s of bytes that arrived in a time; `null` in no time. */
export function mbpsOf(bytes: number, ms: number): number | null {
  return ms > 0 ? bytes / 125 / ms : null;
}

/** All that arrived for a user in one direction. */
export function totalBytes({ profile, legs }: Pick<UserRecording, 'profile' | 'legs'>, flow: Flow): number {
  return profile.streams.reduce(
    (sum, _, stream) =>
      sum + legs.reduce((ofLegs, leg) => ofLegs + (countsOf(leg, flow, stream).at(-1)?.bytes ?? 0), 0),
    0,
  );
}
