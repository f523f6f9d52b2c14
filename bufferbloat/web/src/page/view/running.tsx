import { type ReadonlySignal, useComputed } from '@preact/signals';
import { useEffect, useMemo, useRef } from 'preact/hooks';
import type { TimelineData } from '../charts/data.ts';
import { SINGLE_TIMELINE } from '../charts/single.ts';
import { Timeline } from '../charts/timeline.tsx';
import type { Runner } from '../run/state.ts';
import { describeLive } from './describe.ts';
import { durationFigure, type Figure, rateFigure } from './format.ts';
import { watchLive } from './live.ts';
import type { PlannedPhase } from './progress.ts';
import { Stepper, TimeLeft } from './stepper.tsx';
import { redrawMs } from './throttle.ts';
import { PHASE_WORDS } from './words.ts';

interface RunningProps {
  readonly runner: Runner;
  readonly plan: readonly PlannedPhase[];
}

/** While a test runs: the phase, the time left, the figures of the moment and the two charts. */
export function Running({ runner, plan }: RunningProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  const live = useMemo(() => watchLive(runner, plan, redrawMs()), [runner, plan]);
  useEffect(() => live.end, [live]);
  // The button that started the test is gone: keep whoever uses the keyboard at the top of what replaced it.
  useEffect(() => heading.current?.focus(), []);
  const timeline = useComputed(() => live.view.value.timeline);
  const headline = useComputed(() => headlineOf(runner));
  const starting = useComputed(() => runner.state.value.status === 'starting');
  const stopping = useComputed(() => runner.state.value.status === 'stopping');

  return (
    <div class="running">
      <div class="running-head">
        <div>
          <p class="eyebrow">
            <StepCount live={live} />
          </p>
          <h1 class="headline" tabIndex={-1} ref={heading}>
            {headline}
          </h1>
        </div>
        <LiveTimeLeft live={live} />
        <button type="button" class="button" onClick={() => runner.stop()} disabled={stopping.value}>
          {stopping.value ? 'Stopping…' : 'Stop'}
        </button>
      </div>
      <LiveStepper live={live} />
      <Scale runner={runner} />
      {!starting.value && (
        <>
          <Numbers live={live} />
          <section class="panel" aria-labelledby="live-charts">
            <h2 class="section-title" id="live-charts">
              As it happens
            </h2>
            <LiveTimeline live={live} data={timeline} />
          </section>
        </>
      )}
    </div>
  );
}

function headlineOf(runner: Runner): string {
  const { status, phase, draining, offline } = runner.state.value;
  if (status === 'stopping') return 'Stopping…';
  if (offline) return 'The connection is gone – waiting for it';
  if (status === 'starting' || phase === undefined) return 'Getting ready…';
  return draining ? 'Waiting for the queue to empty' : PHASE_WORDS[phase].doing;
}

type Live = ReturnType<typeof watchLive>;

// Each part below reads the live signal by itself, so that a tick renders these few elements and nothing around them.

function StepCount({ live }: { readonly live: Live }) {
  const { stepNumber, steps } = live.view.value.progress;
  return <>{stepNumber === 0 ? 'Starting' : `Step ${stepNumber} of ${steps.length}`}</>;
}

function LiveTimeLeft({ live }: { readonly live: Live }) {
  return <TimeLeft leftMs={live.view.value.progress.leftMs} />;
}

function LiveStepper({ live }: { readonly live: Live }) {
  const { steps, ...progress } = live.view.value.progress;
  return <Stepper {...progress} steps={steps.map((step) => ({ ...step, name: PHASE_WORDS[step.id].name }))} />;
}

function LiveTimeline({ live, data }: { readonly live: Live; readonly data: ReadonlySignal<TimelineData> }) {
  const description = useComputed(() => describeLive(live.view.value.progress, live.view.value.numbers));
  return <Timeline spec={SINGLE_TIMELINE} data={data} description={description.value} />;
}

function Scale({ runner }: { readonly runner: Runner }) {
  const { scale } = runner.state.value;
  if (scale >= 1) return null;
  return (
    <p class="notice" role="note">
      Shortened test: every phase runs {Math.round(scale * 100)} % of its time, so the figures are less certain.
    </p>
  );
}

function Numbers({ live }: { readonly live: Live }) {
  const { latencyMs, addedMs, downloadMbps, uploadMbps } = live.view.value.numbers;
  return (
    <dl class="numbers">
      <Tile
        name="Latency now"
        kind="latency"
        figure={latencyMs === undefined ? undefined : durationFigure(latencyMs)}
      />
      <Tile name="Added by load" kind="added" figure={addedMs === undefined ? undefined : durationFigure(addedMs)} />
      <Tile
        name="Download"
        kind="download"
        figure={downloadMbps === undefined ? undefined : rateFigure(downloadMbps)}
      />
      <Tile name="Upload" kind="upload" figure={uploadMbps === undefined ? undefined : rateFigure(uploadMbps)} />
    </dl>
  );
}

interface TileProps {
  readonly name: string;
  readonly kind: 'latency' | 'added' | 'download' | 'upload';
  readonly figure: Figure | undefined;
}

function Tile({ name, kind, figure }: TileProps) {
  return (
    <div class={`tile tile-${kind}`}>
      <dt>{name}</dt>
      <dd>
        {figure === undefined ? (
          <span class="tile-none">
            <span aria-hidden="true">–</span>
            <span class="visually-hidden">nothing now</span>
          </span>
        ) : (
          <>
            <span class="tile-value">{figure.value}</span> <span class="tile-unit">{figure.unit}</span>
          </>
        )}
      </dd>
    </div>
  );
}
