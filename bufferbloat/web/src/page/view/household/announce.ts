import type { HouseholdState, UserLive } from '../../run/household/state.ts';
import { statusSentence } from '../announce.ts';
import { HOUSEHOLD_PHASES } from './live.ts';

/** One user's trouble is told again only after this, in milliseconds: a picture that freezes every second is one story. */
const TOLD_FOR_MS = 30_000;

/**
 * What a screen reader is to be told as a household's run goes on: start, each phase, a user in trouble, the end. Call
 * what this returns with every state in turn; it answers `undefined` for everything in between.
 */
export function householdAnnouncer(first: HouseholdState): (now: HouseholdState) => string | undefined {
  let before = first;
  const toldAtMs = new Map<string, number>();
  return (now) => {
    const last = before;
    before = now;
    if (last.status !== now.status) {
      if (now.status === 'starting') toldAtMs.clear();
      const sentence = statusSentence(now, 'Household test');
      if (sentence !== undefined) return sentence;
    }
    if (now.status !== 'running' || now.phase === undefined) return undefined;
    if (last.phase !== now.phase || last.status !== 'running') return `${HOUSEHOLD_PHASES[now.phase].doing}.`;
    for (const user of now.users) {
      const trouble = troubleOf(user);
      if (trouble === undefined) continue;
      const told = toldAtMs.get(user.profile.id);
      if (told !== undefined && now.elapsedMs - told < TOLD_FOR_MS) continue;
      toldAtMs.set(user.profile.id, now.elapsedMs);
      return `${user.profile.name}: ${trouble}.`;
    }
    return undefined;
  };
}

function troubleOf({ activity, note }: UserLive): string | undefined {
  if (activity === 'reconnecting') return note ?? 'reconnecting';
  return activity === 'active' ? note : undefined;
}
