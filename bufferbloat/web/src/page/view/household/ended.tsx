import { useComputed } from '@preact/signals';
import { useMemo } from 'preact/hooks';
import { householdCharts } from '../../charts/household/charts.ts';
import { liveHousehold } from '../../charts/household/data.ts';
import { Timeline } from '../../charts/timeline.tsx';
import type { HouseholdRunner } from '../../run/household/state.ts';
import { useFocusOnce } from '../focus.ts';
import { secondsInWords } from '../format.ts';

interface EndedProps {
  readonly runner: HouseholdRunner;
  readonly onAgain: () => void;
  /** Goes to the first page. */
  readonly onChoose: () => void;
}

/** After Stop: what there is, and that it is not a result. */
export function HouseholdStopped({ runner, onAgain, onChoose }: EndedProps) {
  const heading = useFocusOnce();
  const { elapsedMs, baselineMs } = runner.state.value;
  const busyMs = elapsedMs - baselineMs;
  return (
    <div class="ended">
      <div class="message">
        <p class="eyebrow">Stopped after {secondsInWords(elapsedMs)}</p>
        <h1 class="display" tabIndex={-1} ref={heading}>
          No result
        </h1>
        <p class="lede">
          You stopped the test before its end, and nothing of it is running any more.{' '}
          {busyMs > 0
            ? `Everyone had been online for ${secondsInWords(busyMs)}; a verdict needs the whole time.`
            : 'Nobody had come online yet.'}
        </p>
        <div class="actions">
          <button type="button" class="button button-primary" onClick={onAgain}>
            Test again
          </button>
          <button type="button" class="button" onClick={onChoose}>
            Choose another test
          </button>
        </div>
      </div>
      <Remains runner={runner} />
    </div>
  );
}

/** After a failure: what happened, what to do, and one button. */
export function HouseholdFailed({ runner, onAgain, onChoose }: EndedProps) {
  const heading = useFocusOnce();
  const { error, offline } = runner.state.value;
  return (
    <div class="ended">
      <div class="message message-failed">
        <p class="eyebrow">No result</p>
        <h1 class="display" tabIndex={-1} ref={heading}>
          The test could not finish
        </h1>
        <p class="lede">{error?.message ?? 'Something went wrong in this page.'}</p>
        {offline && <p>This browser says it is offline. Check the connection before you try again.</p>}
        <div class="actions">
          <button type="button" class="button button-primary" onClick={onAgain}>
            Try again
          </button>
          <button type="button" class="button" onClick={onChoose}>
            Choose another test
          </button>
          {error !== undefined && (
            <p class="fine">
              For support: <code>{error.code}</code>
            </p>
          )}
        </div>
      </div>
      <Remains runner={runner} />
    </div>
  );
}

/** The charts up to the end of a run that has no result, labelled as that. */
function Remains({ runner }: Pick<EndedProps, 'runner'>) {
  const data = useComputed(() => {
    const state = runner.state.value;
    return { ...liveHousehold(runner.series, state), totalMs: state.elapsedMs };
  });
  const spec = useMemo(() => householdCharts(runner.state.peek().users.map(({ profile }) => profile)), [runner]);
  if ([...runner.series.latency.values()].every((points) => points.length < 2)) return null;
  return (
    <section class="panel" aria-labelledby="remains">
      <h2 class="section-title" id="remains">
        Measured until then – not a result
      </h2>
      <Timeline
        spec={spec}
        data={data}
        description={`Everyone’s latency and throughput for the ${secondsInWords(runner.state.value.elapsedMs)} that the test ran. Not a result.`}
      />
    </section>
  );
}
