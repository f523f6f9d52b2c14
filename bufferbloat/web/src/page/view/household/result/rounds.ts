import type { HouseholdResult } from '@rowhouse/bufferbloat-protocol';

type Step = HouseholdResult['household']['adaptive']['steps'][number];

/** What of an offer must arrive for the next one to be larger. */
const ARRIVED_SHARE = 0.95;

/** One round of a background download, or all those in which it held at what it had found. */
export interface Rounds {
  readonly userId: string;
  readonly fromMs: number;
  readonly toMs: number;
  readonly offeredMbps: number;
  readonly arrivedMbps: number;
  readonly count: number;
}

/** The rounds in which each user's offer grew, one by one; those after the line was found full in one, by their medians. */
export function roundsOf(steps: readonly Step[]): Rounds[] {
  const byUser = new Map<string, Step[]>();
  for (const step of steps) byUser.set(step.userId, [...(byUser.get(step.userId) ?? []), step]);
  return [...byUser].flatMap(([userId, own]) => {
    const full = own.findIndex(({ offeredMbps, arrivedMbps }) => arrivedMbps < offeredMbps * ARRIVED_SHARE);
    const growing = full < 0 ? own : own.slice(0, full + 1);
    const held = full < 0 ? [] : own.slice(full + 1);
    const rows = growing.map(({ atMs, ...rates }): Rounds => ({ ...rates, fromMs: atMs, toMs: atMs, count: 1 }));
    const [first, last] = [held[0], held.at(-1)];
    if (first === undefined || last === undefined) return rows;
    return [
      ...rows,
      {
        userId,
        fromMs: first.atMs,
        toMs: last.atMs,
        offeredMbps: median(held.map(({ offeredMbps }) => offeredMbps)),
        arrivedMbps: median(held.map(({ arrivedMbps }) => arrivedMbps)),
        count: held.length,
      },
    ];
  });
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) / 2)] ?? 0;
}
