import { mosOf, ratingFactor } from './e-model.ts';
import type { DueUnit, SeenLeg } from './seen.ts';

/** Sound of 5 s with the play-out delay that suited it best. */
export interface PlayoutWindow {
  readonly units: readonly DueUnit[];
  /** How long a packet waits at most, beyond the quiet line, before it is played: in milliseconds. */
  readonly delayMs: number;
  /** Packets that were dropped or came after their turn. */
  readonly lost: number;
  readonly r: number;
  readonly mos: number;
}

/** How long a receiver looks at before it sets its buffer anew, in milliseconds. */
const WINDOW_MS = 5000;
/** Play-out delays that are tried, in milliseconds. */
export const LEAST_PLAYOUT_MS = 20;
const MOST_MS = 500;
const STEP_MS = 10;

/**
 * Sound as an ideal adaptive play-out buffer would play it: in each 5 s the delay that gives the best R. A longer one loses
 * less and delays more. One-way delay is the quiet line's, one packet that is filled before it leaves, and the play-out's.
 *
 * @param perS packets a second
 * @param baseOneWayMs one way of the quiet line
 */
export function playoutWindows({ startMs, units }: SeenLeg, perS: number, baseOneWayMs: number): PlayoutWindow[] {
  const groups = new Map<number, DueUnit[]>();
  for (const unit of units) {
    const index = Math.floor((unit.dueMs - startMs) / WINDOW_MS);
    const group = groups.get(index);
    if (group === undefined) groups.set(index, [unit]);
    else group.push(unit);
  }
  return [...groups.values()].map((group) => bestPlayout(group, baseOneWayMs + 1000 / perS));
}

/** Whether a packet came, but after its turn. */
export function isAfterPlayout({ latenessMs }: DueUnit, { delayMs }: PlayoutWindow): boolean {
  return latenessMs !== undefined && latenessMs > delayMs;
}

function bestPlayout(units: readonly DueUnit[], fixedMs: number): PlayoutWindow {
  const sorted = units.flatMap(({ latenessMs }) => latenessMs ?? []).sort((a, b) => a - b);
  let best: Omit<PlayoutWindow, 'units' | 'mos'> | undefined;
  let inTime = 0;
  for (let delayMs = LEAST_PLAYOUT_MS; delayMs <= MOST_MS; delayMs += STEP_MS) {
    while (inTime < sorted.length && (sorted[inTime] ?? 0) <= delayMs) inTime += 1;
    const lost = units.length - inTime;
    const r = ratingFactor(fixedMs + delayMs, lost / units.length);
    if (best === undefined || r > best.r) best = { delayMs, lost, r };
  }
  const { delayMs, lost, r } = best ?? { delayMs: LEAST_PLAYOUT_MS, lost: 0, r: 0 };
  return { units, delayMs, lost, r, mos: mosOf(r) };
}
