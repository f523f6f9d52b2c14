/** Lowest latency that the axis shows, in milliseconds: a logarithm has no zero. */
const LATENCY_FLOOR_MS = 0.05;

const STEPS = [1, 2, 5] as const;

/** The 1-2-5 series between two positive bounds, both included. */
function ticks125(low: number, high: number): number[] {
  const ticks: number[] = [];
  for (let power = Math.floor(Math.log10(low)); power <= Math.ceil(Math.log10(high)); power++) {
    for (const step of STEPS) {
      const tick = Number((step * 10 ** power).toPrecision(1));
      if (tick >= low && tick <= high) ticks.push(tick);
    }
  }
  return ticks;
}

/**
 * Bounds of the logarithmic latency axis around the values seen, in milliseconds, snapped outwards to the 1-2-5
 * series so that the axis seldom moves while points arrive; at least a factor of five, so that a quiet line does not look wild.
 */
export function latencyBounds(lowMs: number, highMs: number): readonly [number, number] {
  const low = Math.max(LATENCY_FLOOR_MS, Math.min(lowMs, highMs));
  const high = Math.max(highMs * 1.08, low * 5);
  const below = ticks125(low / 10, low).at(-1) ?? LATENCY_FLOOR_MS;
  const above = ticks125(high, high * 10).at(0) ?? high;
  return [Math.max(LATENCY_FLOOR_MS, below), above];
}

/** Upper bound of the throughput axis in Mbit/s: the next round value above the highest seen. */
export function rateBound(highMbps: number): number {
  const high = Math.max(highMbps * 1.06, 1);
  const power = 10 ** Math.floor(Math.log10(high));
  const step = [1, 1.5, 2, 3, 4, 5, 6, 8, 10].find((candidate) => candidate * power >= high) ?? 10;
  return step * power;
}

/** The 1-2-5 ticks between two bounds; only the powers of ten where the others would crowd an axis of `heightPx`. */
export function latencyTicks(lowMs: number, highMs: number, heightPx: number): number[] {
  const ticks = ticks125(lowMs, highMs);
  const pxPerDecade = heightPx / Math.log10(highMs / lowMs);
  const minGapPx = 17;
  return pxPerDecade * Math.log10(2) >= minGapPx ? ticks : ticks.filter((tick) => Number.isInteger(Math.log10(tick)));
}
