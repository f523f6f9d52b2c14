import type { UserResult, Verdict } from '@rowhouse/bufferbloat-protocol';
import { scoreOn, LATENCY_SCALE } from './scale.ts';

/** What a sentence about a user is made of. */
export type Told = Pick<UserResult, 'profile' | 'served' | 'verdict' | 'addedLatencyMs'> & {
  /** Of the application alone, 0 to 100. */
  readonly applicationScore: number | undefined;
};

/** Added latency is told when it scores so much lower than the application. */
const WORTH_TELLING = 10;

/** One sentence for people: what happened to this user. */
export function summaryOf(told: Told): string {
  const { profile, served, verdict } = told;
  const own = possessive(profile.name);
  if (verdict === null) {
    return served === null
      ? `${profile.name} could not be connected, so that nothing is known.`
      : `What happened to ${profile.name} is not known: the test ended before any traffic could be counted.`;
  }
  const reconnected =
    served === null || served.reconnects === 0
      ? ''
      : `; the connection was lost ${times(served.reconnects)} and made anew`;
  return `${own} ${happened(verdict)}${latency(told)}${reconnected}.`;
}

function happened(verdict: Verdict): string {
  switch (verdict.kind) {
    case 'game':
      return game(verdict);
    case 'call':
      return call(verdict);
    case 'streaming':
      return film(verdict);
    case 'bulk':
      return `transfer ran at ${rate(verdict.achievedMbps)}${verdict.standstillS > 0 ? `, but stood still for ${seconds(verdict.standstillS)}` : ''}`;
    case 'live':
      return live(verdict);
  }
}

function game({ lagSpikes, lagSpikesPerMinute, lagS, lateShare }: Extract<Verdict, { kind: 'game' }>): string {
  const late = lateShare < 0.005 ? '' : `${percent(lateShare)} of its updates came too late`;
  if (lagSpikes === 0) return late === '' ? 'game ran smoothly' : `game never stood still, but ${late}`;
  const watchedS = (60 * lagSpikes) / lagSpikesPerMinute;
  const often = lagSpikesPerMinute >= 1.5 ? `${lagSpikesPerMinute.toFixed(0)} times a minute` : times(lagSpikes);
  return `game lagged ${lagS > watchedS / 2 ? 'most of the time' : often}, ${seconds(lagS)} in all${late === '' ? '' : `, and ${late}`}`;
}

function call({ grade, mos, frozenS, sides }: Extract<Verdict, { kind: 'call' }>): string {
  const frozen = frozenS === 0 ? '' : `the picture stood still for ${seconds(frozenS)}`;
  if (grade === 'A+' || grade === 'A') {
    return `call was clear${frozen === '' ? ' and smooth' : `, though ${frozen}`}`;
  }
  const sound = mos === null ? '' : `the sound scored ${mos.toFixed(1)} of 4.5`;
  const worse = worseSide(sides);
  const to = worse === undefined ? '' : worse === 'download' ? ', on this side' : ', for those at the other end';
  return `call ${grade === 'B' || grade === 'C' ? 'suffered' : 'broke up'}: ${[sound, frozen].filter(Boolean).join(' and ')}${to}`;
}

/** The side that had it clearly worse. */
function worseSide(sides: Extract<Verdict, { kind: 'call' }>['sides']): 'download' | 'upload' | undefined {
  const { download, upload } = sides;
  if (download === null || upload === null) return undefined;
  const lead = (upload.mos ?? 0) - (download.mos ?? 0) + (download.frozenS - upload.frozenS) / 10;
  if (Math.abs(lead) < 0.3) return undefined;
  return lead > 0 ? 'download' : 'upload';
}

function film({ startupMs, stalls, stallS, qualityShare }: Extract<Verdict, { kind: 'streaming' }>): string {
  if (startupMs === null) return 'film never began';
  const began = `film began after ${seconds(startupMs / 1000)}`;
  const stalled = stalls === 0 ? 'never stopped' : `stopped ${times(stalls)}, ${seconds(stallS)} in all`;
  const coarse = (qualityShare ?? 1) < 0.99 ? `, at ${percent(qualityShare ?? 1)} of its full quality` : '';
  return `${began} and ${stalled}${coarse}`;
}

function live({ freezes, frozenS, lateShare }: Extract<Verdict, { kind: 'live' }>): string {
  const late = lateShare < 0.005 ? '' : `${percent(lateShare)} of its messages came too late`;
  const frozen = freezes === 0 ? '' : `stood still ${times(freezes)}, ${seconds(frozenS)} in all`;
  if (frozen === '') return late === '' ? 'stream was smooth' : `stream never stood still, but ${late}`;
  return `stream ${frozen}${late === '' ? '' : `, and ${late}`}`;
}

/** What the verdict does not show: an answer that takes longer, while everything still arrives. */
function latency({ addedLatencyMs, applicationScore }: Told): string {
  const { p50 } = addedLatencyMs;
  if (p50 === null || applicationScore === undefined) return '';
  if (scoreOn(LATENCY_SCALE, p50) > applicationScore - WORTH_TELLING) return '';
  return `, while every answer took ${p50.toFixed(0)} ms longer than on the quiet line`;
}

function possessive(name: string): string {
  return `${name}'s`;
}

function times(count: number): string {
  return count === 1 ? 'once' : count === 2 ? 'twice' : `${count} times`;
}

function seconds(s: number): string {
  return `${s.toFixed(s < 10 ? 1 : 0)} s`;
}

function percent(share: number): string {
  return `${(share * 100).toFixed(share < 0.1 ? 1 : 0)} %`;
}

function rate(mbps: number): string {
  return `${mbps.toFixed(mbps < 10 ? 1 : 0)} Mbit/s`;
}
