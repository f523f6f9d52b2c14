import type { HouseholdResult } from '@rowhouse/bufferbloat-protocol';
import type { HouseholdState } from '../../run/household/state.ts';
import { formatMs, formatRate, secondsInWords } from '../format.ts';
import { HOUSEHOLD_PHASES } from './live.ts';

/** The live charts in words: the phase, everyone's latency now, the time left. */
export function describeHouseholdLive(state: HouseholdState): string {
  const parts = [
    state.phase === undefined ? 'The test is starting.' : `${HOUSEHOLD_PHASES[state.phase].doing}.`,
    ...state.users.flatMap(({ profile, latencyMs }) =>
      latencyMs === undefined ? [] : [`${profile.name}: ${formatMs(latencyMs)}.`],
    ),
    `Time left: ${secondsInWords(Math.max(0, state.totalMs - state.elapsedMs))}.`,
  ];
  return parts.join(' ');
}

/** The charts of a result in words: everyone's latency on the quiet and the busy line, and what they got of it. */
export function describeHousehold(result: HouseholdResult): string {
  const sentences = Object.values(result.users).map((user) => {
    const { baseline, during } = user.latencyMs;
    const latency =
      during.p50 === null
        ? 'could not be measured'
        : `went from ${formatMs(baseline.p50)} to ${formatMs(during.p50)}, with 5 % above ${formatMs(during.p95)} and a peak of ${formatMs(during.max)}`;
    return `${user.profile.name}’s latency ${latency}; ${formatRate(user.deliveredMbps.download)} came down and ${formatRate(user.deliveredMbps.upload)} went up.`;
  });
  const lost = Object.values(result.users).reduce(
    (sum, { latencyMs }) => sum + latencyMs.baseline.lost + latencyMs.during.lost,
    0,
  );
  sentences.push(lost === 0 ? 'No probe was lost.' : `${lost} ${lost === 1 ? 'probe was' : 'probes were'} lost.`);
  const gaps = result.gaps.length;
  if (gaps > 0) sentences.push(`${gaps === 1 ? 'One stretch' : `${gaps} stretches`} could not be measured.`);
  return sentences.join(' ');
}
