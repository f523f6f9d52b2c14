import type { HouseholdResult } from '@rowhouse/bufferbloat-protocol';
import { rounded } from '../percentile.ts';
import { judgeBulk } from './bulk.ts';
import type { HouseholdRecording } from './recording.ts';

type Adaptive = HouseholdResult['household']['adaptive'];

/** How the growth of bulk went: its rounds, and how it ended by the last one that found a limit. */
export function adaptiveOf({ users, adaptive: enabled, startedAtMs }: HouseholdRecording): Adaptive {
  const steps = users
    .flatMap(({ profile, adaptive }) => adaptive.map((step) => ({ ...step, userId: profile.id })))
    .toSorted((a, b) => a.atMs - b.atMs);
  const found = steps.findLast(({ state }) => state === 'line-full' || state === 'limit')?.state;
  return {
    enabled,
    end: !enabled ? 'off' : found === 'line-full' || found === 'limit' ? found : 'not-reached',
    steps: steps.map(({ userId, atMs, offeredMbps, arrivedMbps }) => ({
      userId,
      atMs: rounded(atMs - startedAtMs),
      offeredMbps: rounded(offeredMbps),
      arrivedMbps: rounded(arrivedMbps),
    })),
  };
}

/** Whether any bulk user's load could be counted at all. */
export function carriedBulk({ users }: HouseholdRecording): boolean {
  const bulk = users.filter(({ profile }) => profile.verdict === 'bulk');
  return bulk.length === 0 || bulk.some((user) => judgeBulk(user) !== undefined);
}
