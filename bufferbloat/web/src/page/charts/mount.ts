import { effect, type ReadonlySignal } from '@preact/signals';
import type uPlot from 'uplot';
import { formatAt, formatMs, formatRate } from '../view/format.ts';
import { theme } from '../view/theme.ts';
import { readPalette } from './palette.ts';
import { createPlot } from './plot.ts';
import type { ChartSpec, TimelineSpec } from './spec.ts';

/** Below this width in CSS pixels a chart has its narrow height. */
const NARROW_PX = 560;

/** Makes the charts in the figures below `root`, keeps them up with data, theme and width, and takes them away again. */
export function mountPlots<Data>(
  spec: TimelineSpec<Data>,
  data: ReadonlySignal<Data>,
  hidden: ReadonlySignal<string>,
  root: HTMLElement,
): () => void {
  let palette = readPalette();
  const syncKey = `timeline-${crypto.getRandomValues(new Uint32Array(1)).join('')}`;
  const figures = [...root.querySelectorAll('figure')];
  const plots = spec.charts.flatMap((chart, index) => {
    const host = figures[index]?.querySelector<HTMLElement>('.chart-plot');
    const readout = figures[index]?.querySelector<HTMLElement>('.chart-readout');
    if (!host) return [];
    const plot = createPlot(chart, host, sizeOf(chart, host), {
      data: () => data.peek(),
      totalMs: () => spec.totalMs(data.peek()),
      palette: () => palette,
      syncKey,
      onCursor: (atMs, values) => {
        if (readout) readout.textContent = readoutOf(chart, atMs, values);
      },
    });
    return [{ chart, host, plot }];
  });
  const endData = effect(() => {
    const current = data.value;
    const names = new Set(hidden.value.split(','));
    for (const { chart, plot } of plots) plot.setData(chart.columns(current, names));
  });
  const endHidden = effect(() => {
    const names = hidden.value.split(',');
    for (const { chart, plot } of plots) {
      for (const { name, columns } of chart.series) {
        for (const column of columns) plot.setSeries(column, { show: !names.includes(name) });
      }
    }
  });
  const endTheme = theme.onPaint(() => {
    palette = readPalette();
    for (const { plot } of plots) plot.redraw(false, true);
  });
  const observer = new ResizeObserver(() => {
    for (const { chart, host, plot } of plots) resize(plot, sizeOf(chart, host));
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

function sizeOf<Data>(chart: ChartSpec<Data>, host: HTMLElement) {
  return {
    width: Math.max(240, host.clientWidth),
    height: chart.heightPx[host.clientWidth < NARROW_PX ? 0 : 1],
  };
}

function resize(plot: uPlot, size: { readonly width: number; readonly height: number }): void {
  if (plot.width !== size.width || plot.height !== size.height) plot.setSize(size);
}

function readoutOf<Data>(
  chart: ChartSpec<Data>,
  atMs: number | undefined,
  values: readonly (number | null | undefined)[],
): string {
  if (atMs === undefined) return '';
  const format = chart.axis === 'latency' ? formatMs : formatRate;
  const parts = values.flatMap((value, index) =>
    value === null || value === undefined ? [] : [`${chart.series[index]?.label ?? ''} ${format(value)}`],
  );
  return [formatAt(atMs), ...parts].join(' · ');
}
