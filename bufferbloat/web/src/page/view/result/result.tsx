import { toCsv } from '@rowhouse/bufferbloat-engine';
import type { Result } from '@rowhouse/bufferbloat-protocol';
import { useComputed, useSignal } from '@preact/signals';
import { useMemo } from 'preact/hooks';
import { resultTimeline } from '../../charts/data.ts';
import { SINGLE_TIMELINE } from '../../charts/single.ts';
import { describeResult } from '../describe.ts';
import { useFocusOnce } from '../focus.ts';
import { Method } from '../method.tsx';
import { SIGNAL_NAMES } from '../words.ts';
import { Actions } from './actions.tsx';
import { Directions } from './directions.tsx';
import { Meaning } from './meaning.tsx';
import { SecondTable } from './second-table.tsx';
import { Shortened } from './shortened.tsx';
import { Signals } from './signals.tsx';
import { Trust } from './trust.tsx';
import { Verdict } from './verdict.tsx';
import { WholeTest } from './whole-test.tsx';

interface ResultViewProps {
  readonly result: Result;
  /** Below 1 for a shortened test. */
  readonly scale: number;
  readonly onAgain: () => void;
  /** Goes to the first page. */
  readonly onChoose: () => void;
}

/** A finished test, from the answer down to the last sample. */
export function ResultView({ result, scale, onAgain, onChoose }: ResultViewProps) {
  const heading = useFocusOnce();
  const description = useMemo(() => describeResult(result), [result]);
  const shown = useSignal(result);
  const data = useComputed(() => resultTimeline(shown.value));
  return (
    <div class="result">
      <Shortened scale={scale} />
      <Verdict result={result} heading={heading} />
      <Actions result={result} toCsv={() => toCsv(result)} onAgain={onAgain} onChoose={onChoose} />
      <Meaning result={result} />
      <Directions result={result} />
      <WholeTest spec={SINGLE_TIMELINE} data={data} description={description}>
        <SecondTable result={result} />
      </WholeTest>
      <div class="pair">
        <Signals result={result} />
        <Trust
          confidence={result.confidence}
          gaps={result.gaps.map((gap) => ({ ...gap, of: SIGNAL_NAMES[gap.signal] }))}
          server={result.server}
        />
      </div>
      <Method />
      <p class="fine result-id">Test {result.id}</p>
    </div>
  );
}
