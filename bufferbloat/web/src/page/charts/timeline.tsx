import { effect, type ReadonlySignal, type Signal, useComputed, useSignal } from '@preact/signals';
import { useEffect, useId, useRef } from 'preact/hooks';
import type uPlot from 'uplot';
import { formatAt, formatMs, formatRate } from '../view/format.ts';
import { theme } from '../view/theme.ts';
import type { TimelineData } from './data.ts';
import { readPalette } from './palette.ts';
import { columns, createPlot, type PlotKind } from './plot.ts';

interface TimelineProps {
  /** Every change is drawn: whoever makes it sees to it that it does not change too often. */
  readonly data: ReadonlySignal<TimelineData>;
  /** What the charts show, in words, for whoever cannot see them. */
  readonly description: string;
}

const HEIGHT_PX: Readonly<Record<PlotKind, readonly [narrow: number, wide: number]>> = {
  latency: [230, 300],
  throughput: [160, 200],
};

type SeriesName = 'udp' | 'websocket' | 'inFlow' | 'download' | 'upload';

/** In the order of the charts' columns. */
const SERIES: Readonly<Record<PlotKind, readonly { readonly name: SeriesName; readonly label: string }[]>> = {
  latency: [
    { name: 'udp', label: 'UDP probes' },
    { name: 'websocket', label: 'WebSocket probes' },
    { name: 'inFlow', label: 'In-flow' },
  ],
  throughput: [
    { name: 'download', label: 'Download' },
    { name: 'upload', label: 'Upload' },
  ],
};

/** Latency above, throughput below, on one time axis, with the phases shaded behind both. */
export function Timeline({ data, description }: TimelineProps) {
  const latency = useRef<HTMLDivElement>(null);
  const throughput = useRef<HTMLDivElement>(null);
  const latencyReadout = useRef<HTMLParagraphElement>(null);
  const throughputReadout = useRef<HTMLParagraphElement>(null);
  const id = useId();
  // Two clouds of probes on one another are hard to read: the second is there for whoever asks for it.
  const choices = useSignal<ReadonlyMap<SeriesName, boolean>>(new Map());
  const hidden = useComputed(() => {
    const names = [...SERIES.latency, ...SERIES.throughput].map(({ name }) => name);
    const byDefault = (name: SeriesName) => name !== 'websocket' || data.value.udp.length === 0;
    return names.filter((name) => !(choices.value.get(name) ?? byDefault(name))).join();
  });

  useEffect(() => {
    if (latency.current === null || throughput.current === null) return undefined;
    return mountPlots(data, hidden, [
      { kind: 'latency', host: latency.current, readout: latencyReadout.current },
      { kind: 'throughput', host: throughput.current, readout: throughputReadout.current },
    ]);
  }, [data, hidden]);

  return (
    <div class="timeline">
      <figure class="chart" aria-labelledby={`${id}-latency`}>
        <figcaption class="chart-head">
          <span class="chart-title" id={`${id}-latency`}>
            Latency <span class="chart-unit">ms, logarithmic</span>
          </span>
          <Legend kind="latency" data={data} hidden={hidden} choices={choices} />
          <p class="chart-readout" ref={latencyReadout} aria-hidden="true" />
        </figcaption>
        <div class="chart-plot" ref={latency} role="img" aria-label={description} />
      </figure>
      <figure class="chart" aria-labelledby={`${id}-throughput`}>
        <figcaption class="chart-head">
          <span class="chart-title" id={`${id}-throughput`}>
            Throughput <span class="chart-unit">Mbit/s</span>
          </span>
          <Legend kind="throughput" data={data} hidden={hidden} choices={choices} />
          <p class="chart-readout" ref={throughputReadout} aria-hidden="true" />
        </figcaption>
        <div
          class="chart-plot"
          ref={throughput}
          role="img"
          aria-label="Throughput over the same time; described with the latency chart."
        />
      </figure>
    </div>
  );
}

interface LegendProps {
  readonly kind: PlotKind;
  readonly data: ReadonlySignal<TimelineData>;
  /** The names of the series that are not drawn, joined by commas: a text changes only when they do. */
  readonly hidden: ReadonlySignal<string>;
  /** What the person chose to see or not. */
  readonly choices: Signal<ReadonlyMap<SeriesName, boolean>>;
}

/** What the marks are; a press hides or shows a series. Redrawn only when a series appears, not with every point. */
function Legend({ kind, data, hidden, choices }: LegendProps) {
  const shown = useComputed(() =>
    SERIES[kind]
      .filter(({ name }) => data.value[name].length > 0)
      .map(({ name }) => name)
      .join(),
  );
  const lost = useComputed(() => data.value.lostMs.length > 0);
  const gaps = useComputed(() => data.value.gaps.length > 0);
  const isHidden = (name: SeriesName) => hidden.value.split(',').includes(name);
  const toggle = (name: SeriesName) => {
    choices.value = new Map(choices.value).set(name, isHidden(name));
  };
  return (
    <ul class="legend">
      {SERIES[kind].map(
        ({ name, label }) =>
          shown.value.split(',').includes(name) && (
            <li key={name}>
              <button
                type="button"
                class={`key key-${name}`}
                aria-pressed={!isHidden(name)}
                onClick={() => toggle(name)}
              >
                <span class="key-label">{label}</span>
              </button>
            </li>
          ),
      )}
      {kind === 'latency' && lost.value && <li class="key key-lost">Lost</li>}
      {kind === 'latency' && gaps.value && <li class="key key-gap">Not measured</li>}
    </ul>
  );
}

interface PlotHost {
  readonly kind: PlotKind;
  readonly host: HTMLElement;
  readonly readout: HTMLElement | null;
}

/** Makes the charts, keeps them up with data, theme and width, and takes them away again. */
function mountPlots(
  data: ReadonlySignal<TimelineData>,
  hidden: ReadonlySignal<string>,
  hosts: readonly PlotHost[],
): () => void {
  let palette = readPalette();
  const sizeOf = ({ kind, host }: PlotHost) => ({
    width: Math.max(240, host.clientWidth),
    height: HEIGHT_PX[kind][host.clientWidth < 560 ? 0 : 1],
  });
  const syncKey = `timeline-${crypto.getRandomValues(new Uint32Array(1)).join('')}`;
  const plots = hosts.map((entry) => ({
    ...entry,
    plot: createPlot(entry.kind, entry.host, sizeOf(entry), {
      data: () => data.peek(),
      palette: () => palette,
      syncKey,
      onCursor: (atMs, values) => {
        if (entry.readout !== null) entry.readout.textContent = readoutOf(entry.kind, atMs, values);
      },
    }),
  }));
  const endData = effect(() => {
    const current = data.value;
    for (const { kind, plot } of plots) plot.setData(columns(kind, current));
  });
  const endHidden = effect(() => {
    const names = hidden.value.split(',');
    for (const { kind, plot } of plots) {
      for (const [index, { name }] of SERIES[kind].entries())
        plot.setSeries(index + 1, { show: !names.includes(name) });
    }
  });
  const endTheme = theme.onPaint(() => {
    palette = readPalette();
    for (const { plot } of plots) plot.redraw(false, true);
  });
  const observer = new ResizeObserver(() => {
    for (const entry of plots) resize(entry.plot, sizeOf(entry));
  });
  for (const { host } of plots) observer.observe(host);
  return () => {
    observer.disconnect();
    endTheme();
    endHidden();
    endData();
    for (const { plot } of plots) plot.destroy();
  };
}

function resize(plot: uPlot, size: { readonly width: number; readonly height: number }): void {
  if (plot.width !== size.width || plot.height !== size.height) plot.setSize(size);
}

function readoutOf(kind: PlotKind, atMs: number | undefined, values: readonly (number | null | undefined)[]): string {
  if (atMs === undefined) return '';
  const format = kind === 'latency' ? formatMs : formatRate;
  const parts = values.flatMap((value, index) =>
    value === null || value === undefined ? [] : [`${SERIES[kind][index]?.label ?? ''} ${format(value)}`],
  );
  return [formatAt(atMs), ...parts].join(' · ');
}
