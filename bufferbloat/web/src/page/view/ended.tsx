import { singleUserPlan } from '@rowhouse/bufferbloat-engine';
import { useComputed } from '@preact/signals';
import { liveTimeline } from '../charts/data.ts';
import { SINGLE_TIMELINE } from '../charts/single.ts';
import { Timeline } from '../charts/timeline.tsx';
import type { Runner } from '../run/state.ts';
import { useFocusOnce } from './focus.ts';
import { secondsInWords } from './format.ts';
import { spansAhead } from './progress.ts';
import { PHASE_WORDS } from './words.ts';

interface EndedProps {
  readonly runner: Runner;
  /** Goes to the first page. */
  readonly onChoose: () => void;
}

/** After Stop: what there is, and that it is not a result. */
export function Stopped({ runner, onChoose }: EndedProps) {
  const heading = useFocusOnce();
  const { spans, elapsedMs } = runner.state.value;
  const complete = spans.filter((span) => !span.id.endsWith('warmup')).map((span) => PHASE_WORDS[span.id].name);
  return (
    <div class="ended">
      <div class="message">
        <p class="eyebrow">Stopped after {secondsInWords(elapsedMs)}</p>
        <h1 class="display" tabIndex={-1} ref={heading}>
          No result
        </h1>
        <p class="lede">
          You stopped the test before its end, and nothing of it is running any more. A grade needs all six steps.
          {complete.length > 0 && ` Until then it had got through: ${complete.join(', ').toLowerCase()}.`}
        </p>
        <div class="actions">
          <button type="button" class="button button-primary" onClick={() => runner.start()}>
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
export function Failed({ runner, onChoose }: EndedProps) {
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
          <button type="button" class="button button-primary" onClick={() => runner.start()}>
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
    // The phase that was cut short has no span of its own: it is the first of those ahead.
    const cut = spansAhead(state, singleUserPlan(state.scale))
      .filter((span) => span.startMs < state.elapsedMs)
      .map((span) => ({ ...span, endMs: Math.min(span.endMs, state.elapsedMs) }));
    return { ...liveTimeline(runner.series, state, cut), totalMs: state.elapsedMs };
  });
  const { latency, throughput } = runner.series;
  const points = [latency.udp, latency.websocket, throughput.download, throughput.upload];
  if (points.every((series) => series.length < 2)) return null;
  return (
    <section class="panel" aria-labelledby="remains">
      <h2 class="section-title" id="remains">
        Measured until then – not a result
      </h2>
      <Timeline
        spec={SINGLE_TIMELINE}
        data={data}
        description={`Latency and throughput for the ${secondsInWords(runner.state.value.elapsedMs)} that the test ran. Not a result.`}
      />
    </section>
  );
}
