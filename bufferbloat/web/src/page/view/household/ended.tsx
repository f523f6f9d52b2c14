import { useComputed } from '@preact/signals';
import { useMemo } from 'preact/hooks';
import { householdCharts } from '../../charts/household/charts.ts';
import { liveHousehold } from '../../charts/household/data.ts';
import type { HouseholdRunner } from '../../run/household/state.ts';
import { Failed, Remains, Stopped } from '../ended.tsx';
import { secondsInWords } from '../format.ts';

interface EndedProps {
  readonly runner: HouseholdRunner;
  readonly onAgain: () => void;
  /** Goes to the first page. */
  readonly onChoose: () => void;
}

export function HouseholdStopped({ runner, ...ways }: EndedProps) {
  const { elapsedMs, baselineMs } = runner.state.value;
  const busyMs = elapsedMs - baselineMs;
  return (
    <Stopped elapsedMs={elapsedMs} remains={<HouseholdRemains runner={runner} />} {...ways}>
      {busyMs > 0
        ? `Everyone had been online for ${secondsInWords(busyMs)}; a verdict needs the whole time.`
        : 'Nobody had come online yet.'}
    </Stopped>
  );
}

export function HouseholdFailed({ runner, ...ways }: EndedProps) {
  const { error, offline } = runner.state.value;
  return <Failed error={error} offline={offline} remains={<HouseholdRemains runner={runner} />} {...ways} />;
}

function HouseholdRemains({ runner }: Pick<EndedProps, 'runner'>) {
  const data = useComputed(() => {
    const state = runner.state.value;
    return { ...liveHousehold(runner.series, state), totalMs: state.elapsedMs };
  });
  const spec = useMemo(() => householdCharts(runner.state.peek().users.map(({ profile }) => profile)), [runner]);
  if ([...runner.series.latency.values()].every((points) => points.length < 2)) return null;
  const ran = secondsInWords(runner.state.value.elapsedMs);
  return (
    <Remains
      spec={spec}
      data={data}
      description={`Everyone’s latency and throughput for the ${ran} that the test ran. Not a result.`}
    />
  );
}
