import { useComputed, useSignal } from '@preact/signals';
import { type HouseholdOptions, type HouseholdRunner } from '../../run/household/state.ts';
import { FirstPage } from '../first-page.tsx';
import type { ModeStore } from '../mode.ts';
import { HouseholdFailed, HouseholdStopped } from './ended.tsx';
import { HouseholdMethod } from './method.tsx';
import { HouseholdResultView } from './result/result.tsx';
import { HouseholdRunning } from './running.tsx';
import { Setup } from './setup.tsx';

interface HouseholdViewProps {
  readonly runner: HouseholdRunner;
  readonly modes: ModeStore;
}

/** The test of a household: one view a state of its run. */
export function HouseholdView({ runner, modes }: HouseholdViewProps) {
  // Only what decides on the view is read here: the state changes many times a second.
  const status = useComputed(() => (modes.choosing.value ? 'idle' : runner.state.value.status));
  const result = useComputed(() => runner.state.value.result);
  const scale = useComputed(() => runner.state.value.scale);
  const options = useSignal<HouseholdOptions>(runner.state.peek().options);
  const start = () => {
    modes.leave();
    runner.start(options.value);
  };
  const choose = () => modes.choose('household');
  switch (status.value) {
    case 'idle':
      return (
        <FirstPage modes={modes} method={<HouseholdMethod />}>
          <Setup runner={runner} options={options} onStart={start} />
        </FirstPage>
      );
    case 'starting':
    case 'running':
    case 'stopping':
      return <HouseholdRunning runner={runner} />;
    case 'stopped':
      return <HouseholdStopped runner={runner} onAgain={start} onChoose={choose} />;
    case 'failed':
      return <HouseholdFailed runner={runner} onAgain={start} onChoose={choose} />;
    case 'done':
      return result.value === undefined ? null : (
        <HouseholdResultView
          result={result.value}
          scale={scale.value}
          onAgain={start}
          onChoose={choose}
          key={result.value.id}
        />
      );
  }
}
