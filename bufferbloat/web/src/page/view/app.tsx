import { singleUserPlan } from '@rowhouse/bufferbloat-engine';
import { useComputed, useSignalEffect } from '@preact/signals';
import { useMemo } from 'preact/hooks';
import type { Runner, RunState } from '../run/state.ts';
import { Announcer } from './announcer.tsx';
import { Empty } from './empty.tsx';
import { Failed, Stopped } from './ended.tsx';
import { Header } from './header.tsx';
import { Method } from './method.tsx';
import { ResultView } from './result/result.tsx';
import { Running } from './running.tsx';
import { GRADE_WORDS } from './words.ts';

const NAME = 'Bufferbloat test';

/** The page: one view a state of the run. */
export function App({ runner }: { readonly runner: Runner }) {
  useSignalEffect(() => {
    document.title = titleOf(runner.state.value);
  });
  return (
    <>
      <Header />
      <main class="main" id="main">
        <Announcer runner={runner} />
        <View runner={runner} />
      </main>
    </>
  );
}

function View({ runner }: { readonly runner: Runner }) {
  // Only what decides on the view is read here: the state changes many times a second.
  const status = useComputed(() => runner.state.value.status);
  const result = useComputed(() => runner.state.value.result);
  const scale = useComputed(() => runner.state.value.scale);
  const plan = useMemo(() => singleUserPlan(scale.value), [scale.value]);
  switch (status.value) {
    case 'idle':
      return <Idle runner={runner} />;
    case 'starting':
    case 'running':
    case 'stopping':
      return <Running runner={runner} plan={plan} />;
    case 'stopped':
      return <Stopped runner={runner} />;
    case 'failed':
      return <Failed runner={runner} />;
    case 'done':
      return result.value === undefined ? null : (
        <ResultView result={result.value} scale={scale.value} onAgain={() => runner.start()} key={result.value.id} />
      );
  }
}

function Idle({ runner }: { readonly runner: Runner }) {
  const { totalMs, offline, scale } = runner.state.value;
  return (
    <>
      <Empty totalMs={totalMs} offline={offline} scale={scale} onStart={() => runner.start()} />
      <div class="below">
        <Method />
      </div>
    </>
  );
}

function titleOf({ status, result }: RunState): string {
  switch (status) {
    case 'starting':
    case 'running':
    case 'stopping':
      return `Testing… – ${NAME}`;
    case 'failed':
      return `Test failed – ${NAME}`;
    case 'done': {
      const total = result?.grade.total;
      return total === null || total === undefined ? NAME : `${total}, ${GRADE_WORDS[total].toLowerCase()} – ${NAME}`;
    }
    case 'idle':
    case 'stopped':
      return NAME;
  }
}
