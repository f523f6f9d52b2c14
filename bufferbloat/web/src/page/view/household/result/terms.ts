import type { Verdict } from '@rowhouse/bufferbloat-protocol';
import { formatMs, formatRate, formatShare, NOT_MEASURED, significant } from '../../format.ts';

/** A figure of a verdict: a name and what it came to. */
export interface Term {
  readonly name: string;
  readonly value: string;
}

/** A verdict in the application's own terms: the figure that says most, and the others. */
export interface Terms {
  readonly headline: Term;
  readonly rows: readonly Term[];
}

const seconds = (s: number) => `${significant(s)} s`;
const mos = (value: number | null | undefined) => value?.toFixed(2) ?? NOT_MEASURED;
const times = (count: number) => (count === 1 ? 'once' : `${count} times`);

/** Puts a verdict in the words of the application it is about. */
export function termsOf(verdict: Verdict): Terms {
  switch (verdict.kind) {
    case 'game':
      return {
        headline: { name: 'Updates too late', value: formatShare(verdict.lateShare) },
        rows: [
          { name: 'Lag spikes', value: `${verdict.lagSpikes} (${significant(verdict.lagSpikesPerMinute)} a minute)` },
          { name: 'They lasted', value: seconds(verdict.lagS) },
          { name: 'Updates late', value: String(verdict.lateTicks) },
        ],
      };
    case 'call': {
      const { download, upload } = verdict.sides;
      return {
        headline: { name: 'Call score, of 4.5', value: mos(verdict.mos) },
        rows: [
          { name: 'Score heard, sent', value: `${mos(download?.mos)}, ${mos(upload?.mos)}` },
          { name: 'Picture frozen', value: seconds(verdict.frozenS) },
          {
            name: 'Freezes seen, sent',
            value: `${download?.freezes ?? NOT_MEASURED}, ${upload?.freezes ?? NOT_MEASURED}`,
          },
          { name: 'Sound lost', value: formatShare(worst(download?.lostShare, upload?.lostShare)) },
          { name: 'Play-out wait', value: formatMs(worst(download?.playoutMs, upload?.playoutMs)) },
        ],
      };
    }
    case 'streaming':
      return {
        headline: { name: 'Time it stood still', value: seconds(verdict.stallS) },
        rows: [
          { name: 'Until it began', value: verdict.startupMs === null ? 'never began' : formatMs(verdict.startupMs) },
          { name: 'Stopped', value: verdict.stalls === 0 ? 'never' : times(verdict.stalls) },
          { name: 'Quality, of full', value: formatShare(verdict.qualityShare) },
          { name: 'Stepped down', value: verdict.stepsDown === 0 ? 'never' : times(verdict.stepsDown) },
        ],
      };
    case 'bulk':
      return {
        headline: { name: 'Achieved', value: formatRate(verdict.achievedMbps) },
        rows: [{ name: 'Stood still', value: seconds(verdict.standstillS) }],
      };
    case 'live':
      return {
        headline: { name: 'Picture frozen', value: seconds(verdict.frozenS) },
        rows: [
          { name: 'Freezes', value: String(verdict.freezes) },
          { name: 'Late or dropped', value: formatShare(verdict.lateShare) },
        ],
      };
  }
}

function worst(...values: readonly (number | null | undefined)[]): number | null {
  const known = values.filter((value) => value !== null && value !== undefined);
  return known.length === 0 ? null : Math.max(...known);
}
