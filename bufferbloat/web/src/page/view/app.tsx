import { useSignalEffect } from '@preact/signals';
import { useMemo } from 'preact/hooks';
import type { HouseholdRunner } from '../run/household/state.ts';
import type { Runner } from '../run/state.ts';
import { singleAnnouncer } from './announce.ts';
import { Announcer } from './announcer.tsx';
import { Header } from './header.tsx';
import { householdAnnouncer } from './household/announce.ts';
import { HouseholdView } from './household/view.tsx';
import { createModeStore, type ModeStore } from './mode.ts';
import { SingleView } from './single.tsx';
import { titleOf } from './title.ts';

interface AppProps {
  readonly runner: Runner;
  readonly household: HouseholdRunner;
}

/** The page: one view a mode and a state of its run. */
export function App({ runner, household }: AppProps) {
  const modes = useMemo(createModeStore, []);
  useSignalEffect(() => {
    document.title = titleOf(modes.mode.value === 'household' ? household.state.value : runner.state.value);
  });
  return (
    <>
      <Header />
      <main class="main" id="main">
        <Announcer state={runner.state} create={singleAnnouncer} />
        <Announcer state={household.state} create={householdAnnouncer} />
        <View runner={runner} household={household} modes={modes} />
      </main>
    </>
  );
}

function View({ runner, household, modes }: AppProps & { readonly modes: ModeStore }) {
  return modes.mode.value === 'household' ? (
    <HouseholdView runner={household} modes={modes} />
  ) : (
    <SingleView runner={runner} modes={modes} />
  );
}
