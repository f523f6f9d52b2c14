/** More than `restarts` restarts within `periodMs` mean that restarting does not help. */
export interface RestartIntensity {
  readonly restarts: number;
  readonly periodMs: number;
}

/** Adds a restart now to the `earlierMs` ones; `undefined` when that would exceed the intensity. */
export function countRestart(
  earlierMs: readonly number[],
  nowMs: number,
  intensity: RestartIntensity,
): readonly number[] | undefined {
  const recentMs = earlierMs.filter((atMs) => nowMs - atMs < intensity.periodMs);
  return recentMs.length < intensity.restarts ? [...recentMs, nowMs] : undefined;
}
