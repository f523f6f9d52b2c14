const SECONDS = 10;

/** Output of the last ten seconds, by the second. */
export interface OutputRate {
  /** @returns bytes of the last ten seconds, these included */
  add(bytes: number, nowMs: number): number;
}

export const OUTPUT_RATE_SECONDS = SECONDS;

export function createOutputRate(): OutputRate {
  const bySecond = Array.from({ length: SECONDS }, () => 0);
  let current = 0;
  let total = 0;
  return {
    add(bytes, nowMs) {
      const second = Math.floor(nowMs / 1000);
      const passed = Math.min(SECONDS, Math.max(0, second - current));
      for (let n = 1; n <= passed; n += 1) {
        const index = (second - passed + n) % SECONDS;
        total -= bySecond[index] ?? 0;
        bySecond[index] = 0;
      }
      current = Math.max(current, second);
      bySecond[current % SECONDS] = (bySecond[current % SECONDS] ?? 0) + bytes;
      total += bytes;
      return total;
    },
  };
}
