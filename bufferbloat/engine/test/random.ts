/** Deterministic uniform numbers in [0, 1) (mulberry32), so that a test that draws is the same in every run. */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Standard normal numbers (Box and Muller). */
export function normalFrom(random: () => number): () => number {
  return () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/** First-order autoregressive series with unit innovations. */
export function autoregressive(phi: number, length: number, normal: () => number): number[] {
  const series: number[] = [];
  let value = 0;
  for (let at = -200; at < length; at += 1) {
    value = phi * value + normal();
    if (at >= 0) series.push(value);
  }
  return series;
}
