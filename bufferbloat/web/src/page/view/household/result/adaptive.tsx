import type { HouseholdResult } from '@rowhouse/bufferbloat-protocol';
import { formatAt, formatRate } from '../../format.ts';
import { roundsOf } from './rounds.ts';
import { ADAPTIVE_ENDS } from './words.ts';

/** What adaptive bulk offered in each round, and what of it arrived. */
export function Adaptive({ result }: { readonly result: HouseholdResult }) {
  const { adaptive } = result.household;
  const rounds = roundsOf(adaptive.steps);
  const last = rounds.at(-1);
  return (
    <section class="panel" aria-labelledby="adaptive">
      <h2 class="section-title" id="adaptive">
        What the downloads found
      </h2>
      <p>
        {adaptive.enabled && adaptive.steps.length > 0
          ? `The background download grew ${ADAPTIVE_ENDS[adaptive.end]}${last === undefined ? '' : `: ${formatRate(last.arrivedMbps)} arrived`}.`
          : 'Background downloads kept to their rates: growing was turned off, or nobody downloads in the background.'}
      </p>
      {rounds.length > 0 && (
        <div class="table-scroll table-tall" role="region" aria-label="Rounds of the background download" tabIndex={0}>
          <table class="table">
            <thead>
              <tr>
                <th scope="col">Second ending at</th>
                <th scope="col">Who</th>
                <th scope="col">Offered</th>
                <th scope="col">Arrived</th>
              </tr>
            </thead>
            <tbody>
              {rounds.map(({ userId, fromMs, toMs, offeredMbps, arrivedMbps, count }) => (
                <tr key={`${userId}-${fromMs}`}>
                  <th scope="row">
                    {count === 1 ? formatAt(fromMs) : `${formatAt(fromMs)} to ${formatAt(toMs)}, held (medians)`}
                  </th>
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
