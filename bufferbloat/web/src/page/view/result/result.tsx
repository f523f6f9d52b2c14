import { toCsv } from '@rowhouse/bufferbloat-engine';
import type { Result } from '@rowhouse/bufferbloat-protocol';
import { useComputed, useSignal } from '@preact/signals';
import { useMemo } from 'preact/hooks';
import { resultTimeline } from '../../charts/data.ts';
import { SINGLE_TIMELINE } from '../../charts/single.ts';
import { Timeline } from '../../charts/timeline.tsx';
import { describeResult } from '../describe.ts';
import { useFocusOnce } from '../focus.ts';
import { fileName, save } from '../files.ts';
import { Method } from '../method.tsx';
import { SIGNAL_NAMES } from '../words.ts';
import { Directions } from './directions.tsx';
import { Meaning } from './meaning.tsx';
import { SecondTable } from './second-table.tsx';
import { Signals } from './signals.tsx';
import { Trust } from './trust.tsx';
import { Verdict } from './verdict.tsx';

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
      {scale < 1 && (
        <p class="notice" role="note">
          Shortened test: every phase ran {Math.round(scale * 100)} % of its time, so the figures are less certain.
        </p>
      )}
      <Verdict result={result} heading={heading} />
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
        <button type="button" class="button" onClick={() => save(fileName(result, 'csv'), 'text/csv', toCsv(result))}>
          Download CSV
        </button>
        <button type="button" class="button button-choose" onClick={onChoose}>
          Choose another test
        </button>
      </div>
      <Meaning result={result} />
      <Directions result={result} />
      <section class="panel" aria-labelledby="charts">
        <h2 class="section-title" id="charts">
          The whole test
        </h2>
        <Timeline spec={SINGLE_TIMELINE} data={data} description={description} />
        <p class="in-words">{description}</p>
        <SecondTable result={result} />
      </section>
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
