import { planDurationMs, singleUserPlan } from '@rowhouse/bufferbloat-engine';
import type { Result } from '@rowhouse/bufferbloat-protocol';
import { signal } from '@preact/signals';
import { Charts } from './charts.ts';
import type { RunEnd } from './lifetime.ts';
import { createRuns } from './runs.ts';
import type { Runner, RunnerOptions, RunState } from './state.ts';
import { TestRun } from './test-run.ts';

/** The page's one runner: starts and ends tests, and hears what happens to the page meanwhile. */
export function createRunner({ base, scale }: RunnerOptions): Runner {
  const charts = new Charts();
  const state = signal<RunState>(idle(scale));

  function update(patch: Partial<RunState>): void {
    state.value = { ...state.value, ...patch };
  }

  const runs = createRuns<RunEnd<Result>>({
    status: () => state.value.status,
    update,
    onEnd(end) {
      if (end) charts.tell();
      update({ ...(end ?? { status: 'stopped' }), phase: undefined, draining: false });
    },
  });

  function start(): void {
    if (runs.isActive) return;
    charts.clear();
    state.value = { ...idle(scale), status: 'starting' };
    runs.begin(
      (isCurrent) =>
        new TestRun({
          base,
          scale,
          charts,
          update: (patch) => {
            if (isCurrent()) update(patch);
          },
        }),
    );
  }

  return {
    state,
    series: charts.series,
    revision: charts.revision,
    start,
    stop: () => runs.stop(),
    dispose: () => runs.dispose(),
  };
}

function idle(scale: number): RunState {
  return {
    status: 'idle',
    phase: undefined,
    draining: false,
    elapsedMs: 0,
    totalMs: planDurationMs(singleUserPlan(scale)),
    spans: [],
    result: undefined,
    error: undefined,
    offline: !navigator.onLine,
    activeSignal: undefined,
    scale,
  };
}
