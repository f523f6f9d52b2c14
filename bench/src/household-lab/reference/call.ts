import type { WireUnit } from './wire-session.ts';

export interface FreezeReference {
  readonly freezes: number;
  readonly frozenS: number;
}

/**
 * How long the picture stood still, by the rule of W3C's webrtc-stats: an interval between two pictures is a freeze if it
 * is longer than three mean intervals and than the mean and 150 ms.
 */
export function freezeReference(pictures: readonly WireUnit[], endMs: number): FreezeReference {
  const shown: number[] = [];
  let newest = -1;
  for (const { sequence, arrivedMs } of pictures) {
    if (sequence <= newest || arrivedMs > endMs) continue;
    newest = sequence;
    shown.push(arrivedMs);
  }
  const intervals = shown.slice(1).map((atMs, index) => atMs - (shown[index] ?? 0));
  const meanMs = intervals.reduce((sum, ms) => sum + ms, 0) / Math.max(1, intervals.length);
  const frozen = intervals.filter((ms) => ms > Math.max(3 * meanMs, meanMs + 150));
  return { freezes: frozen.length, frozenS: frozen.reduce((sum, ms) => sum + ms, 0) / 1000 };
}
