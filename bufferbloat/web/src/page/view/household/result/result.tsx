import { explainHousehold, householdToCsv } from '@rowhouse/bufferbloat-engine';
import type { HouseholdResult } from '@rowhouse/bufferbloat-protocol';
import { useComputed, useSignal } from '@preact/signals';
import { useMemo } from 'preact/hooks';
import { householdCharts } from '../../../charts/household/charts.ts';
import { householdTimeline } from '../../../charts/household/data.ts';
import { Timeline } from '../../../charts/timeline.tsx';
import { fileName, save } from '../../files.ts';
import { useFocusOnce } from '../../focus.ts';
import { Trust } from '../../result/trust.tsx';
import { describeHousehold } from '../describe.ts';
import { HouseholdMethod } from '../method.tsx';
import { Adaptive } from './adaptive.tsx';
import { Figures } from './figures.tsx';
import { People } from './people.tsx';
import { HouseholdSecondTable } from './second-table.tsx';
import { Sharing } from './sharing.tsx';
import { HouseholdVerdict } from './verdict.tsx';

interface ResultProps {
  readonly result: HouseholdResult;
  /** Below 1 for a shortened test. */
  readonly scale: number;
  readonly onAgain: () => void;
  /** Goes to the first page. */
  readonly onChoose: () => void;
}

/** A finished household test, from the answer down to the last sample. */
export function HouseholdResultView({ result, scale, onAgain, onChoose }: ResultProps) {
  const heading = useFocusOnce();
  const description = useMemo(() => describeHousehold(result), [result]);
  const { advice } = useMemo(() => explainHousehold(result), [result]);
  const shown = useSignal(result);
  const data = useComputed(() => householdTimeline(shown.value));
  const spec = useMemo(() => householdCharts(Object.values(result.users).map(({ profile }) => profile)), [result]);
  return (
    <div class="result">
      {scale < 1 && (
        <p class="notice" role="note">
          Shortened test: every phase ran {Math.round(scale * 100)} % of its time, so the figures are less certain.
        </p>
      )}
      <HouseholdVerdict result={result} heading={heading} />
      <div class="actions result-actions">
        <button type="button" class="button button-primary" onClick={onAgain}>
          Test again
        </button>
        <button
          type="button"
          class="button"
          onClick={() => save(fileName(result, 'json'), 'application/json', `${JSON.stringify(result, null, 2)}\n`)}
        >
          Download JSON
        </button>
        <button
          type="button"
          class="button"
          onClick={() => save(fileName(result, 'csv'), 'text/csv', householdToCsv(result))}
        >
          Download CSV
        </button>
        <button type="button" class="button button-choose" onClick={onChoose}>
          Choose another test
        </button>
      </div>
      <People result={result} advice={advice} />
      <Sharing result={result} />
      <section class="panel" aria-labelledby="charts">
        <h2 class="section-title" id="charts">
          The whole test
        </h2>
        <Timeline spec={spec} data={data} description={description} />
        <p class="in-words">{description}</p>
        <HouseholdSecondTable result={result} />
      </section>
      <Figures result={result} />
      <div class="pair">
        <Adaptive result={result} />
        <Trust
          confidence={result.confidence}
          gaps={result.gaps.map((gap) => ({
            ...gap,
            of: `${result.users[gap.userId]?.profile.name ?? gap.userId}’s ${gap.what}`,
          }))}
          server={result.server}
        />
      </div>
      <HouseholdMethod />
      <p class="fine result-id">Test {result.id}</p>
    </div>
  );
}
