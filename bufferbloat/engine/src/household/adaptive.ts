import type { HouseholdResult } from '@rowhouse/bufferbloat-protocol';
import { rounded } from '../percentile.ts';
import { judgeBulk } from './bulk.ts';
import type { HouseholdRecording } from './recording.ts';

type Adaptive = HouseholdResult['household']['adaptive'];

/** How the growth of bulk went: its rounds, and what most of those that did not grow found. One hiccup at a limit is no full line. */
export function adaptiveOf({ users, adaptive: enabled, startedAtMs }: HouseholdRecording): Adaptive {
  const steps = users
    .flatMap(({ profile, adaptive }) => adaptive.map((step) => ({ ...step, userId: profile.id })))
    .toSorted((a, b) => a.atMs - b.atMs);
  const full = steps.filter(({ state }) => state === 'line-full').length;
  const limit = steps.filter(({ state }) => state === 'limit').length;
  const found = full + limit === 0 ? 'not-reached' : limit > full ? 'limit' : 'line-full';
  return {
    enabled,
    end: enabled ? found : 'off',
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
