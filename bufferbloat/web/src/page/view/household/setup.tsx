import type { Signal } from '@preact/signals';
import type { UserProfile } from '@rowhouse/bufferbloat-protocol';
import { useEffect } from 'preact/hooks';
import { BASELINE_MS, type HouseholdOptions, type HouseholdRunner } from '../../run/household/state.ts';
import { Facts, StartNotes } from '../facts.tsx';
import { HousePlan } from './house-plan.tsx';
import { Options } from './options.tsx';

interface SetupProps {
  readonly runner: HouseholdRunner;
  readonly options: Signal<HouseholdOptions>;
  readonly onStart: () => void;
}

/** Data that a rate brings in a time, in MB. */
const megabytes = (mbps: number, seconds: number) => Math.round((mbps / 8) * seconds);

/** Before a household test: who is at home, what it takes, and one button. */
export function Setup({ runner, options, onStart }: SetupProps) {
  const { users, offline, scale } = runner.state.value;
  useEffect(() => {
    if (runner.state.peek().users.length === 0) runner.load();
  }, [runner]);
  const profiles = users.map(({ profile }) => profile);
  const { durationS } = options.value;
  return (
    <>
      <div class="setup">
        <div class="setup-words">
          <h1 class="display">Everyone is home. Who has to wait?</h1>
          <p class="lede">
            For a minute, a whole household uses your line at once, every member served by a process of its own. Then
            you see what each of them would have felt: the game, the call, the film.
          </p>
          <div class="empty-start">
            <button
              type="button"
              class="button button-primary button-large"
              onClick={onStart}
              disabled={users.length === 0}
            >
              Start the household
            </button>
            <StartNotes scale={scale} offline={offline} />
            <Options options={options} profiles={profiles} />
          </div>
        </div>
        <HousePlan state={runner.state} onRetry={() => runner.load()} />
      </div>
      <Facts
        totalMs={(BASELINE_MS + durationS * 1000) * scale}
        data={dataInWords(options.value, profiles, durationS * scale)}
      />
    </>
  );
}

/** How much data a test takes: what the line carries while downloads grow, else what everyone wants. */
function dataInWords({ adaptive, variants }: HouseholdOptions, profiles: readonly UserProfile[], seconds: number) {
  if (adaptive || profiles.length === 0) {
    return {
      lead: 'As much data as your line carries in that time',
      more: `– at 100\u00a0Mbit/s up to ${megabytes(100, seconds)}\u00a0MB.`,
    };
  }
  const wantedMbps = profiles.reduce(
    (sum, { id, downloadMbps, uploadMbps, variants: known }) =>
      sum + (known?.[variants[id] ?? ''] ?? downloadMbps) + uploadMbps,
    0,
  );
  return { lead: `Up to ${megabytes(wantedMbps, seconds)}\u00a0MB of data.`, more: '' };
}
