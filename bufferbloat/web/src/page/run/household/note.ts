import type { UserProfile } from '@rowhouse/bufferbloat-protocol';
import type { UserActivity } from './state.ts';

/** Nothing at all for so long, and a person looks up, in milliseconds. */
const SILENCE_MS = 1500;

/** From which share of late and missing messages on somebody notices. */
const NOTICED_SHARE = 0.05;

/** What can be seen of one user at a moment. */
export interface Situation {
  readonly activity: UserActivity;
  readonly verdict: UserProfile['verdict'];
  /** The film stands still. */
  readonly stalled: boolean;
  /** Share of ticks, sound and pictures of the last seconds that were late or missing. */
  readonly badShare: number;
  /** How long nothing has come, in milliseconds. */
  readonly silentMs: number;
}

const DISTURBED: Record<UserProfile['verdict'], string | undefined> = {
  game: 'Lagging',
  call: 'The call is breaking up',
  live: 'The picture is freezing',
  streaming: undefined,
  bulk: undefined,
};

/** What a person should know of a user now, in plain words; `undefined` when all is well. */
export function noteOf({ activity, verdict, stalled, badShare, silentMs }: Situation): string | undefined {
  if (activity === 'reconnecting') return 'Its server process is restarting';
  if (activity !== 'active') return undefined;
  if (stalled) return 'Buffering';
  if (verdict !== 'streaming' && silentMs > SILENCE_MS) return 'Nothing comes through';
  return badShare >= NOTICED_SHARE ? DISTURBED[verdict] : undefined;
}
