import { type ReadonlySignal, useComputed } from '@preact/signals';
import { useEffect, useMemo } from 'preact/hooks';
import { householdCharts } from '../../charts/household/charts.ts';
import { Timeline } from '../../charts/timeline.tsx';
import type { HouseholdRunner, HouseholdState } from '../../run/household/state.ts';
import { useFocusOnce } from '../focus.ts';
import { Stepper, TimeLeft } from '../stepper.tsx';
import { redrawMs } from '../throttle.ts';
import { describeHouseholdLive } from './describe.ts';
import { HOUSEHOLD_PHASES, householdProgress, type HouseholdView, watchHousehold } from './live.ts';
import { UserCard } from './user-card.tsx';

/** While a household test runs: the phase, the time left, everyone's card, and the charts they share. */
export function HouseholdRunning({ runner }: { readonly runner: HouseholdRunner }) {
  const heading = useFocusOnce();
  const { view, end } = useMemo(() => watchHousehold(runner, redrawMs()), [runner]);
  useEffect(() => end, [end]);
  const headline = useComputed(() => headlineOf(runner.state.value));
  const stopping = useComputed(() => runner.state.value.status === 'stopping');
  const begun = useComputed(() => runner.state.value.phase !== undefined);

  return (
    <div class="running">
      <div class="running-head">
        <div>
          <p class="eyebrow">
            <StepCount view={view} />
          </p>
          <h1 class="headline" tabIndex={-1} ref={heading}>
            {headline}
          </h1>
        </div>
        <LiveTimeLeft view={view} />
        <button type="button" class="button" onClick={() => runner.stop()} disabled={stopping.value}>
          {stopping.value ? 'Stopping…' : 'Stop'}
        </button>
      </div>
      <LiveStepper view={view} />
      <ShortenedNote scale={runner.state.peek().scale} />
      <Cards view={view} />
      {begun.value && <LiveCharts view={view} />}
    </div>
  );
}

function headlineOf({ status, phase, offline }: HouseholdState): string {
  if (status === 'stopping') return 'Stopping…';
  if (offline) return 'The connection is gone – waiting for it';
  if (status === 'starting' || phase === undefined) return 'Getting everyone online…';
  return HOUSEHOLD_PHASES[phase].doing;
}

interface LiveProps {
  readonly view: ReadonlySignal<HouseholdView>;
}

// Each part below reads the live signal by itself, so that a tick renders these few elements and nothing around them.

function StepCount({ view }: LiveProps) {
  const { stepNumber, steps } = householdProgress(view.value.state);
  return <>{stepNumber === 0 ? 'Starting' : `Step ${stepNumber} of ${steps.length}`}</>;
}

function LiveTimeLeft({ view }: LiveProps) {
  return <TimeLeft leftMs={householdProgress(view.value.state).leftMs} />;
}

function LiveStepper({ view }: LiveProps) {
  return <Stepper {...householdProgress(view.value.state)} />;
}

function ShortenedNote({ scale }: { readonly scale: number }) {
  if (scale >= 1) return null;
  return (
    <p class="notice" role="note">
      Shortened test: every phase runs {Math.round(scale * 100)} % of its time, so the figures are less certain.
    </p>
  );
}

function Cards({ view }: LiveProps) {
  const { users } = view.value.state;
  return (
    <section aria-labelledby="people">
      <h2 class="visually-hidden" id="people">
        Everyone at home
      </h2>
      <ul class="people" data-count={users.length}>
        {users.map((user, index) => (
          <UserCard user={user} index={index} key={user.profile.id} />
        ))}
      </ul>
    </section>
  );
}

function LiveCharts({ view }: LiveProps) {
  const data = useComputed(() => view.value.timeline);
  const description = useComputed(() => describeHouseholdLive(view.value.state));
  // Who lives here does not change while a test runs.
  const spec = useMemo(() => householdCharts(view.peek().state.users.map(({ profile }) => profile)), [view]);
  return (
    <section class="panel" aria-labelledby="live-charts">
      <h2 class="section-title" id="live-charts">
        One line, shared
      </h2>
      <Timeline spec={spec} data={data} description={description.value} />
    </section>
  );
}
