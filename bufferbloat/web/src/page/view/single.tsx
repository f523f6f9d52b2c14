import { singleUserPlan } from '@rowhouse/bufferbloat-engine';
import { useComputed } from '@preact/signals';
import { useMemo } from 'preact/hooks';
import type { Runner } from '../run/state.ts';
import { Empty } from './empty.tsx';
import { FirstPage } from './first-page.tsx';
import { Method } from './method.tsx';
import type { ModeStore } from './mode.ts';
import { ResultView } from './result/result.tsx';
import { Running } from './running.tsx';
import { SingleFailed, SingleStopped } from './single-ended.tsx';

interface SingleViewProps {
  readonly runner: Runner;
  readonly modes: ModeStore;
}

/** The test of the line by itself: one view a state of its run. */
export function SingleView({ runner, modes }: SingleViewProps) {
  // Only what decides on the view is read here: the state changes many times a second.
  const status = useComputed(() => (modes.choosing.value ? 'idle' : runner.state.value.status));
  const result = useComputed(() => runner.state.value.result);
  const scale = useComputed(() => runner.state.value.scale);
  const plan = useMemo(() => singleUserPlan(scale.value), [scale.value]);
  const start = () => {
    modes.leave();
    runner.start();
  };
  const choose = () => modes.choose('single');
  switch (status.value) {
    case 'idle':
      return (
        <FirstPage modes={modes} method={<Method />}>
          <Idle runner={runner} onStart={start} />
        </FirstPage>
      );
    case 'starting':
    case 'running':
    case 'stopping':
      return <Running runner={runner} plan={plan} />;
    case 'stopped':
      return <SingleStopped runner={runner} onAgain={start} onChoose={choose} />;
    case 'failed':
      return <SingleFailed runner={runner} onAgain={start} onChoose={choose} />;
    case 'done':
      return result.value === undefined ? null : (
        <ResultView result={result.value} scale={scale.value} onAgain={start} onChoose={choose} key={result.value.id} />
      );
  }
}

function Idle({ runner, onStart }: { readonly runner: Runner; readonly onStart: () => void }) {
  const { totalMs, offline, scale } = runner.state.value;
  return <Empty totalMs={totalMs} offline={offline} scale={scale} onStart={onStart} />;
}
