import { explainHousehold, householdToCsv } from '@rowhouse/bufferbloat-engine';
import type { HouseholdResult } from '@rowhouse/bufferbloat-protocol';
import { useComputed, useSignal } from '@preact/signals';
import { useMemo } from 'preact/hooks';
import { householdCharts } from '../../../charts/household/charts.ts';
import { householdTimeline } from '../../../charts/household/data.ts';
import { useFocusOnce } from '../../focus.ts';
import { Actions } from '../../result/actions.tsx';
import { Shortened } from '../../result/shortened.tsx';
import { Trust } from '../../result/trust.tsx';
import { WholeTest } from '../../result/whole-test.tsx';
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
      <Shortened scale={scale} />
      <HouseholdVerdict result={result} heading={heading} />
      <Actions result={result} toCsv={() => householdToCsv(result)} onAgain={onAgain} onChoose={onChoose} />
      <People result={result} advice={advice} />
      <Sharing result={result} />
      <WholeTest spec={spec} data={data} description={description}>
        <HouseholdSecondTable result={result} />
      </WholeTest>
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
