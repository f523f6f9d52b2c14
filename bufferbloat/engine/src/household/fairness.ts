import type { HouseholdResult, StreamResult, UserResult } from '@rowhouse/bufferbloat-protocol';
import { rounded } from '../percentile.ts';
import { FLOWS, perFlow } from './rates.ts';

/** So much of what was wanted counts as all of it: the tolerance in which a rate is held. */
const WHOLE = 0.98;

type Rates = Pick<UserResult, 'wantedMbps' | 'deliveredMbps' | 'deliveredShare'>;

/** What a user wanted and got in each direction; a direction of which anything is unknown is unknown. */
export function ratesOf(streams: readonly StreamResult[]): Rates {
  const own = perFlow((flow) => streams.filter((stream) => stream.flow === flow));
  const wantedMbps = perFlow((flow) => rounded(own[flow].reduce((sum, each) => sum + each.wantedMbps, 0)));
  const deliveredMbps = perFlow((flow) =>
    own[flow].some((each) => each.deliveredMbps === null)
      ? null
      : rounded(own[flow].reduce((sum, each) => sum + (each.deliveredMbps ?? 0), 0)),
  );
  const shares = FLOWS.filter((flow) => wantedMbps[flow] > 0).map((flow) =>
    shareOf(deliveredMbps[flow], wantedMbps[flow]),
  );
  const least = shares.some((share) => share === null) ? null : Math.min(1, ...shares.map((share) => share ?? 1));
  return { wantedMbps, deliveredMbps, deliveredShare: rounded(least) };
}

function shareOf(deliveredMbps: number | null, wantedMbps: number): number | null {
  if (deliveredMbps === null) return null;
  const share = deliveredMbps / wantedMbps;
  return share >= WHOLE ? 1 : share;
}

interface FairUser extends Rates {
  readonly userId: string;
  readonly bulk: boolean;
}

/**
 * How evenly the users other than bulk got what they wanted, and what bulk had of it. Nothing is said unless everyone's share
 * is known, for the missing one may be the least.
 */
export function fairness(users: readonly FairUser[]): HouseholdResult['household']['fairness'] {
  const others = users.filter(({ bulk }) => !bulk);
  const shares = others.flatMap(({ userId, deliveredShare }) =>
    deliveredShare === null ? [] : [{ userId, share: deliveredShare }],
  );
  if (shares.length < others.length) return { jain: null, lowest: null, takenByBulkMbps: null };
  const lowest = shares.toSorted((a, b) => a.share - b.share)[0] ?? null;
  return {
    jain: rounded(jain(shares.map(({ share }) => share))),
    lowest,
    takenByBulkMbps: users.length === others.length ? null : rounded(takenMbps(users)),
  };
}

/** Jain's index: (sum x)² / (n · sum x²), 1 if all have the same share, 1/n if one has everything; `null` if nobody got anything. */
export function jain(shares: readonly number[]): number | null {
  const sum = shares.reduce((total, share) => total + share, 0);
  const squares = shares.reduce((total, share) => total + share ** 2, 0);
  return squares === 0 ? null : sum ** 2 / (shares.length * squares);
}

/** By direction: what the others lack, but no more than bulk had. */
function takenMbps(users: readonly FairUser[]): number {
  return FLOWS.reduce((sum, flow) => {
    let lackingMbps = 0;
    let bulkMbps = 0;
    for (const { bulk, wantedMbps, deliveredMbps } of users) {
      const delivered = deliveredMbps[flow] ?? 0;
      if (bulk) bulkMbps += delivered;
      else if (shareOf(delivered, wantedMbps[flow]) !== 1) lackingMbps += Math.max(0, wantedMbps[flow] - delivered);
    }
    return sum + Math.min(lackingMbps, bulkMbps);
  }, 0);
}
