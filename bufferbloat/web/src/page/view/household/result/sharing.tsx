import type { HouseholdResult } from '@rowhouse/bufferbloat-protocol';
import { formatAt, formatRate, formatShare } from '../../format.ts';
import { ADAPTIVE_ENDS } from './words.ts';

/** How the line was shared: fairness, stability, what bulk took, and what the line carries. */
export function Sharing({ result }: { readonly result: HouseholdResult }) {
  const { fairness, stability, line } = result.household;
  const lowest = fairness.lowest === null ? undefined : result.users[fairness.lowest.userId];
  return (
    <section class="panel" aria-labelledby="sharing">
      <h2 class="section-title" id="sharing">
        How the line was shared
      </h2>
      <dl class="measures">
        <Measure
          name="Fairness"
          value={fairness.jain === null ? '–' : fairness.jain.toFixed(2)}
          about={
            lowest === undefined || fairness.lowest === null
              ? 'Jain’s index of what everyone got of what they wanted; 1 is the best.'
              : `Jain’s index; 1 is the best. ${lowest.profile.name} got least of what they wanted: ${formatShare(fairness.lowest.share)}.`
          }
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
        <Measure
          name="The line carries"
          value={`${formatRate(line.rateMbps.download)} down, ${formatRate(line.rateMbps.upload)} up`}
          about={
            line.rateMbps.download === null && line.rateMbps.upload === null
              ? 'Not known: the line was never full.'
              : 'While it was full, the headers on the way included; a dash where it never was.'
          }
        />
      </dl>
    </section>
  );
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

/** What adaptive bulk offered in each round, and what of it arrived. */
export function Adaptive({ result }: { readonly result: HouseholdResult }) {
  const { adaptive } = result.household;
  const last = adaptive.steps.at(-1);
  return (
    <section class="panel" aria-labelledby="adaptive">
      <h2 class="section-title" id="adaptive">
        What the downloads found
      </h2>
      <p>
        The background download grew {ADAPTIVE_ENDS[adaptive.end]}
        {adaptive.end === 'line-full' && last !== undefined && `: ${formatRate(last.arrivedMbps)} arrived`}.
      </p>
      {adaptive.steps.length > 0 && (
        <div class="table-scroll table-tall" role="region" aria-label="Rounds of the background download" tabIndex={0}>
          <table class="table">
            <thead>
              <tr>
                <th scope="col">At</th>
                <th scope="col">Who</th>
                <th scope="col">Offered</th>
                <th scope="col">Arrived</th>
              </tr>
            </thead>
            <tbody>
              {adaptive.steps.map(({ userId, atMs, offeredMbps, arrivedMbps }) => (
                <tr key={`${userId}-${atMs}`}>
                  <th scope="row">{formatAt(atMs)}</th>
                  <td>{result.users[userId]?.profile.name ?? userId}</td>
                  <td>{formatRate(offeredMbps)}</td>
                  <td>{formatRate(arrivedMbps)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}
