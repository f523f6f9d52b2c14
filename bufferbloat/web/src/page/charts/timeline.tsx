import type { ReadonlySignal } from '@preact/signals';
import { effect } from '@preact/signals';
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

const SERIES: Readonly<Record<PlotKind, readonly string[]>> = {
  latency: ['UDP', 'WebSocket', 'In-flow'],
  throughput: ['Download', 'Upload'],
};

/** Latency above, throughput below, on one time axis, with the phases shaded behind both. */
export function Timeline({ data, description }: TimelineProps) {
  const latency = useRef<HTMLDivElement>(null);
  const throughput = useRef<HTMLDivElement>(null);
  const latencyReadout = useRef<HTMLParagraphElement>(null);
  const throughputReadout = useRef<HTMLParagraphElement>(null);
  const id = useId();

  useEffect(() => {
    if (latency.current === null || throughput.current === null) return undefined;
    return mountPlots(data, [
      { kind: 'latency', host: latency.current, readout: latencyReadout.current },
      { kind: 'throughput', host: throughput.current, readout: throughputReadout.current },
    ]);
  }, [data]);

  return (
    <div class="timeline">
      <figure class="chart" aria-labelledby={`${id}-latency`}>
        <figcaption class="chart-head">
          <span class="chart-title" id={`${id}-latency`}>
            Latency <span class="chart-unit">ms, logarithmic</span>
          </span>
          <Legend kind="latency" data={data} />
          <p class="chart-readout" ref={latencyReadout} aria-hidden="true" />
        </figcaption>
        <div class="chart-plot" ref={latency} role="img" aria-label={description} />
      </figure>
      <figure class="chart" aria-labelledby={`${id}-throughput`}>
        <figcaption class="chart-head">
          <span class="chart-title" id={`${id}-throughput`}>
            Throughput <span class="chart-unit">Mbit/s</span>
          </span>
          <Legend kind="throughput" data={data} />
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

function Legend({ kind, data }: { readonly kind: PlotKind; readonly data: ReadonlySignal<TimelineData> }) {
  const { udp, websocket, inFlow, lostMs, gaps } = data.value;
  if (kind === 'throughput') {
    return (
      <ul class="legend">
        <li class="key key-download">Download</li>
        <li class="key key-upload">Upload</li>
      </ul>
    );
  }
  return (
    <ul class="legend">
      {udp.length > 0 && <li class="key key-udp">UDP probes</li>}
      {websocket.length > 0 && <li class="key key-websocket">WebSocket probes</li>}
      {inFlow.length > 0 && <li class="key key-in-flow">In-flow</li>}
      {lostMs.length > 0 && <li class="key key-lost">Lost</li>}
      {gaps.length > 0 && <li class="key key-gap">Not measured</li>}
    </ul>
  );
}

interface PlotHost {
  readonly kind: PlotKind;
  readonly host: HTMLElement;
  readonly readout: HTMLElement | null;
}

/** Makes the charts, keeps them up with data, theme and width, and takes them away again. */
function mountPlots(data: ReadonlySignal<TimelineData>, hosts: readonly PlotHost[]): () => void {
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
    endData();
    for (const { plot } of plots) plot.destroy();
  };
}

function resize(plot: uPlot, size: { readonly width: number; readonly height: number }): void {
  if (plot.width !== size.width || plot.height !== size.height) plot.setSize(size);
}

function readoutOf(
  kind: PlotKind,
  atMs: number | undefined,
  values: readonly (number | null | undefined)[],
): string {
  if (atMs === undefined) return '';
  const format = kind === 'latency' ? formatMs : formatRate;
  const parts = values.flatMap((value, index) =>
    value === null || value === undefined ? [] : [`${SERIES[kind][index] ?? ''} ${format(value)}`],
  );
  return [formatAt(atMs), ...parts].join(' · ');
}
