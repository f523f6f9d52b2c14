import type { UserResult } from '@rowhouse/bufferbloat-protocol';
import type { Row } from '../shared/verdict.ts';
import { windowOf } from './latency.ts';
import { freezeReference } from './reference/call.ts';
import { filmReference } from './reference/film.ts';
import { gameReference, type TrafficTimes } from './reference/game.ts';
import type { WireSession } from './reference/wire-session.ts';
import type { HouseholdRun } from './run.ts';

/** One figure of a user's verdict beside the same worked out from the packets. */
export interface VerdictComparison {
  readonly userId: string;
  readonly what: string;
  readonly measured: number | null;
  readonly reference: number | null;
  /** An event or a count is allowed to differ by one, anything else by what one event is worth; or by 2 %. */
  readonly oneEvent: number;
}

/** Verdicts of every user whose packets were recorded. */
export function compareVerdicts(run: HouseholdRun): VerdictComparison[] {
  const { fromMs, toMs } = windowOf(run.result, 'during');
  return Object.entries(run.result.users).flatMap(([userId, user]) => {
    const session = run.sessions.find((one) => one.userId === userId);
    if (session === undefined) return [];
    const times = { startMs: Math.max(fromMs, session.startMs), endMs: toMs, oneWayMs: run.baseRttMs / 2 };
    return comparisonsOf(user, session, times).map((one) => ({ userId, ...one }));
  });
}

function comparisonsOf(
  user: UserResult,
  session: WireSession,
  times: TrafficTimes,
): Omit<VerdictComparison, 'userId'>[] {
  const { verdict, profile } = user;
  const arrived = (stream: number, flow: 'download' | 'upload') => session[flow].filter((one) => one.stream === stream);
  switch (verdict?.kind) {
    case 'game': {
      const flows = profile.streams.flatMap((stream, index) =>
        stream.kind === 'ticks' ? [{ stream, arrived: arrived(index, stream.flow) }] : [],
      );
      const reference = gameReference(flows, times);
      return [
        { what: 'late ticks', measured: verdict.lateTicks, reference: reference.lateTicks, oneEvent: 1 },
        { what: 'lag spikes', measured: verdict.lagSpikes, reference: reference.lagSpikes, oneEvent: 1 },
      ];
    }
    case 'call':
      return profile.streams.flatMap((stream, index) => {
        if (stream.kind !== 'video') return [];
        const side = verdict.sides[stream.flow];
        const reference = freezeReference(arrived(index, stream.flow), stream, times);
        const longestS = reference.freezes === 0 ? 1 : reference.frozenS / reference.freezes;
        return [
          {
            what: `freezes, ${stream.flow}`,
            measured: side?.freezes ?? null,
            reference: reference.freezes,
            oneEvent: 1,
          },
          {
            what: `frozen s, ${stream.flow}`,
            measured: side?.frozenS ?? null,
            reference: reference.frozenS,
            oneEvent: longestS,
          },
        ];
      });
    case 'streaming':
      return profile.streams.flatMap((stream, index) => {
        if (stream.kind !== 'segments') return [];
        const reference = filmReference(arrived(index, 'download'), stream, times.startMs, times.endMs);
        const stallS = reference.stalls === 0 ? 1 : reference.stallS / reference.stalls;
        return [
          { what: 'stalls', measured: verdict.stalls, reference: reference.stalls, oneEvent: 1 },
          { what: 'stall s', measured: verdict.stallS, reference: reference.stallS, oneEvent: stallS },
          { what: 'start-up ms', measured: verdict.startupMs, reference: reference.startupMs, oneEvent: 20 },
        ];
      });
    case 'bulk':
    case 'live':
    case undefined:
      return [];
  }
}

export function verdictRows(name: string, comparisons: readonly VerdictComparison[]): Row[] {
  return comparisons.map(({ userId, what, measured, reference, oneEvent }) => ({
    what: `${name}: ${userId} ${what}`,
    figure: `${figure(measured)}, by the packets ${figure(reference)}`,
    target: 'within one event or 2 %',
    ok:
      measured === null || reference === null
        ? measured === reference
        : Math.abs(measured - reference) <= Math.max(oneEvent, 0.02 * reference) + 1e-9,
  }));
}

function figure(value: number | null): string {
  if (value === null) return 'none';
  return Number.isInteger(value) ? String(value) : value.toFixed(2);
}
