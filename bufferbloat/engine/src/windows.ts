import type { Direction, PhaseSpan } from '@rowhouse/bufferbloat-protocol';
import type { Window } from './goodput.ts';
import type { ProbeSample } from './probe-log.ts';

/** The four phases that are graded or graded against. */
export const WINDOWS = ['baseline', 'download', 'upload', 'bidirectional'] as const;
export type WindowId = (typeof WINDOWS)[number];
export const DIRECTIONS: readonly Direction[] = ['download', 'upload', 'bidirectional'];

export type Windows = { readonly [id in WindowId]?: Window };
export type PerWindow<T> = { readonly [id in WindowId]: T };
export type PerDirection<T> = { readonly [id in Direction]: T };

/** The graded windows in Unix milliseconds; one whose phase did not run is left out. */
export function windowsOf(spans: readonly PhaseSpan[], startedAtMs: number): Windows {
  return Object.fromEntries(
    spans.flatMap(({ id, graded }) =>
      graded === null ? [] : [[id, { fromMs: startedAtMs + graded.fromMs, toMs: startedAtMs + graded.toMs }]],
    ),
  );
}

export function perWindow<T>(make: (id: WindowId) => T): PerWindow<T> {
  return {
    baseline: make('baseline'),
    download: make('download'),
    upload: make('upload'),
    bidirectional: make('bidirectional'),
  };
}

export function perDirection<T>(make: (id: Direction) => T): PerDirection<T> {
  return { download: make('download'), upload: make('upload'), bidirectional: make('bidirectional') };
}

/** Whether a moment lies in a window: its start does, its end does not. */
export function isWithin(atMs: number, window: Window | undefined): boolean {
  return window !== undefined && atMs >= window.fromMs && atMs < window.toMs;
}

/** A stretch that is relative to the start of the test, in Unix milliseconds. */
export function absolute({ fromMs, toMs }: Window, startedAtMs: number): Window {
  return { fromMs: fromMs + startedAtMs, toMs: toMs + startedAtMs };
}

/** How much of a window a stretch covers, 0 to 1. */
export function overlapShare(stretch: Window, window: Window | undefined): number {
  if (window === undefined) return 0;
  const fromMs = Math.max(stretch.fromMs, window.fromMs);
  const toMs = Math.min(stretch.toMs, window.toMs);
  return Math.max(0, toMs - fromMs) / (window.toMs - window.fromMs);
}

/** Round trips of a window in the order in which the probes were sent, and how many probes were lost. */
export interface WindowSamples {
  readonly rttsMs: readonly number[];
  readonly lost: number;
}

/** A sample belongs to the window in which it was *sent*, whenever its reply came. */
export function samplesIn(samples: readonly ProbeSample[], window: Window | undefined): WindowSamples {
  const own = samples.filter((sample) => isWithin(sample.sentMs, window));
  return {
    rttsMs: own.flatMap((sample) => sample.rttMs ?? []),
    lost: own.filter((sample) => sample.outcome === 'lost').length,
  };
}
