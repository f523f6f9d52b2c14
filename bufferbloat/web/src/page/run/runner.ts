import { planDurationMs, singleUserPlan } from '@rowhouse/bufferbloat-engine';
import { signal } from '@preact/signals';
import { Charts } from './charts.ts';
import { listenToPage } from './page-events.ts';
import type { Runner, RunnerOptions, RunState } from './state.ts';
import { TestRun } from './test-run.ts';

/** The page's one runner: starts and ends tests, and hears what happens to the page meanwhile. */
export function createRunner({ base, scale }: RunnerOptions): Runner {
  const charts = new Charts();
  const state = signal<RunState>(idle(scale));
  let current: TestRun | undefined;

  function update(patch: Partial<RunState>): void {
    state.value = { ...state.value, ...patch };
  }

  function start(): void {
    if (current) return;
    charts.clear();
    state.value = { ...idle(scale), status: 'starting' };
    const run = new TestRun({
      base,
      scale,
      charts,
      update: (patch) => {
        if (current === run) update(patch);
      },
    });
    current = run;
    void run.run().then((end) => {
      if (current !== run) return;
      current = undefined;
      charts.tell();
      update({ ...end, phase: undefined, draining: false });
    });
  }

  /** The page goes away; should it come back (back-forward cache), it shows a stopped test. */
  function abandon(): void {
    if (!current) return;
    current.abandon();
    current = undefined;
    update({ status: 'stopped', phase: undefined, draining: false });
  }

  const endListening = listenToPage({
    onLeave: abandon,
    onNetwork: (offline) => {
      update({ offline });
      current?.setOffline(offline);
    },
    onHidden: (hidden) => current?.setHidden(hidden),
  });

  return {
    state,
    series: charts.series,
    revision: charts.revision,
    start,
    stop: () => {
      if (state.value.status === 'starting' || state.value.status === 'running') update({ status: 'stopping' });
      current?.stop();
    },
    dispose: () => {
      endListening();
      abandon();
    },
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
