import type { UserStats } from '../settings.ts';
import type { SessionStats } from './tally.ts';

/** What a user process answers on `/stats`. The first five fields are on `/health` too. */
export interface UserProcessStats extends Omit<UserStats, 'sessions'> {
  readonly user_id: string;
  readonly port: number;
  readonly instance: number;
  readonly max_sessions: number;
  readonly sessions: SessionStats;
}
