import type { Window } from '../goodput.ts';

const SECOND_MS = 1000;

/** The whole seconds of a stretch, from its start on. */
export function wholeSeconds({ fromMs, toMs }: Window): Window[] {
  return Array.from({ length: Math.max(0, Math.floor((toMs - fromMs) / SECOND_MS)) }, (_, second) => ({
    fromMs: fromMs + second * SECOND_MS,
    toMs: fromMs + (second + 1) * SECOND_MS,
  }));
}
