import { LaunchError } from './errors.ts';

/** Not a setting: a class lives at the pace of its clock. For tests of what takes a class hours. */
export const TIMES_AS_FAST = 'ROWHOUSE_CLASSROOM_TEST_TIMES_AS_FAST';

/** How fast the class's time runs. @throws LaunchError `ERR_LAUNCH_TIME`, also for a class that is no demo */
export function timesAsFast(asked: string | undefined, isDemo: boolean): number {
  if (asked === undefined) return 1;
  const times = Number(asked);
  if (!isDemo || !(times >= 1 && times <= 1000)) throw new LaunchError('ERR_LAUNCH_TIME', { variable: TIMES_AS_FAST });
  return times;
}
