import type { HouseholdResult } from '@rowhouse/bufferbloat-protocol';
import { formatRate, formatShare } from '../../format.ts';

type Line = HouseholdResult['household']['line'];

const FLOWS = ['download', 'upload'] as const;

/** How the line was shared: fairness, stability, what bulk took, and what the line carries. */
export function Sharing({ result }: { readonly result: HouseholdResult }) {
  const { fairness, stability, line } = result.household;
  return (
    <section class="panel" aria-labelledby="sharing">
      <h2 class="section-title" id="sharing">
        How the line was shared
      </h2>
      <dl class="measures">
        <Measure
          name="Fairness"
          value={fairness.jain === null ? '–' : fairness.jain.toFixed(2)}
          about={`Jain’s index of what everyone got of what they wanted; 1 is the best.${leastServed(result)}`}
        />
        <Measure
          name="Stability"
          value={formatShare(stability)}
          about="Of the probes under load came back within 30 ms of the quiet line, for whoever had it worst."
        />
        <Measure
          name="Taken by downloads"
          value={formatRate(fairness.takenByBulkMbps)}
          about="What the others wanted and did not get while a background download had it."
        />
        {FLOWS.map((flow) => (
          <Measure
            name={flow === 'download' ? 'The line brings' : 'The line takes'}
            value={carried(line, flow)}
            about={carriedAbout(line, flow)}
            key={flow}
          />
        ))}
      </dl>
    </section>
  );
}

/** Who got least, as a sentence to be added; nothing where nobody lacked anything. */
function leastServed({ users, household }: HouseholdResult): string {
  const { lowest } = household.fairness;
  if (lowest === null || lowest.share >= 1) return '';
  return ` ${users[lowest.userId]?.profile.name ?? lowest.userId} got least: ${formatShare(lowest.share)}.`;
}

function carried({ filled, rateMbps }: Line, flow: 'download' | 'upload'): string {
  const rate = rateMbps[flow];
  return rate === null || filled[flow] ? formatRate(rate) : `≥ ${formatRate(rate)}`;
}

function carriedAbout({ filled, rateMbps }: Line, flow: 'download' | 'upload'): string {
  const direction = flow === 'download' ? 'Down' : 'Up';
  if (filled[flow]) return `${direction}, while it was full, headers on the way included.`;
  return rateMbps[flow] === null
    ? `${direction}: not known, it was never full.`
    : `${direction}, at least: it was never full. Headers on the way included.`;
}

function Measure({ name, value, about }: { readonly name: string; readonly value: string; readonly about: string }) {
  return (
    <div class="measure">
      <dt class="measure-name">{name}</dt>
      <dd>
        <span class="measure-value">{value}</span>
        <span class="measure-about">{about}</span>
      </dd>
    </div>
  );
}
