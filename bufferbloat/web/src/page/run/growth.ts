import { signal } from '@preact/signals';
import type { LivePoint } from './state.ts';

/** The charts are told of new points at most this often, in milliseconds. */
const REVISION_MS = 100;

/** Tells charts that their series have grown, not too often. */
export class Growth {
  readonly revision = signal(0);
  #grown = false;
  #toldMs = 0;

  note(): void {
    this.#grown = true;
  }

  beat(nowMs: number): void {
    if (!this.#grown || nowMs - this.#toldMs < REVISION_MS) return;
    this.#toldMs = nowMs;
    this.tell();
  }

  tell(): void {
    this.#grown = false;
    this.revision.value += 1;
  }
}

/**
 * Unordered replies come as they please; the charts need their points in order of time. Points from before the test are
 * not taken, and the oldest make room when there are more than `most`. Returns whether it was taken.
 */
export function insertInOrder(points: LivePoint[], point: LivePoint, most: number): boolean {
  if (point.atMs < 0) return false;
  let at = points.length;
  while (at > 0 && (points[at - 1]?.atMs ?? 0) > point.atMs) at -= 1;
  points.splice(at, 0, point);
  if (points.length > most) points.shift();
  return true;
}
