import { singleUserPlan } from '@rowhouse/bufferbloat-engine';
import { useComputed } from '@preact/signals';
import { liveTimeline } from '../charts/data.ts';
import { SINGLE_TIMELINE } from '../charts/single.ts';
import type { Runner } from '../run/state.ts';
import { Failed, Remains, Stopped } from './ended.tsx';
import { secondsInWords } from './format.ts';
import { spansAhead } from './progress.ts';
import { PHASE_WORDS } from './words.ts';

interface EndedProps {
  readonly runner: Runner;
  readonly onAgain: () => void;
  /** Goes to the first page. */
  readonly onChoose: () => void;
}

export function SingleStopped({ runner, ...ways }: EndedProps) {
  const { spans, elapsedMs } = runner.state.value;
  const complete = spans.filter((span) => !span.id.endsWith('warmup')).map((span) => PHASE_WORDS[span.id].name);
  return (
    <Stopped elapsedMs={elapsedMs} remains={<SingleRemains runner={runner} />} {...ways}>
      A grade needs all six steps.
      {complete.length > 0 && ` Until then it had got through: ${complete.join(', ').toLowerCase()}.`}
    </Stopped>
  );
}

export function SingleFailed({ runner, ...ways }: EndedProps) {
  const { error, offline } = runner.state.value;
  return <Failed error={error} offline={offline} remains={<SingleRemains runner={runner} />} {...ways} />;
}

function SingleRemains({ runner }: Pick<EndedProps, 'runner'>) {
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
  const ran = secondsInWords(runner.state.value.elapsedMs);
  return (
    <Remains
      spec={SINGLE_TIMELINE}
      data={data}
      description={`Latency and throughput for the ${ran} that the test ran. Not a result.`}
    />
  );
}
