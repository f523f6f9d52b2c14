import uPlot from 'uplot';
import type { Palette } from './palette.ts';
import { latencyBounds, latencyTicks, rateBound } from './scale.ts';
import type { ChartSpec } from './spec.ts';

/** What a chart reads anew at every drawing. */
export interface PlotContext<Data> {
  readonly data: () => Data;
  readonly totalMs: () => number;
  readonly palette: () => Palette;
  /** Charts with the same key move their cursors together. */
  readonly syncKey: string;
  /** The cursor has moved: to a moment and the values there by series, or away. */
  readonly onCursor: (atMs: number | undefined, values: readonly (number | null | undefined)[]) => void;
}

/** All charts leave the same room at the left, so that one moment stands on one vertical line. */
const AXIS_WIDTH_PX = 46;

/** Makes one chart in `host`; the caller sets its data and destroys it. */
export function createPlot<Data>(
  spec: ChartSpec<Data>,
  host: HTMLElement,
  size: { readonly width: number; readonly height: number },
  context: PlotContext<Data>,
): uPlot {
  const { data, palette, totalMs } = context;
  const timeAxis: uPlot.Axis = {
    show: spec.timeAxis,
    size: 30,
    font: palette().font,
    stroke: () => palette().muted,
    grid: { show: false },
    ticks: { stroke: () => palette().line, size: 5 },
    space: 48,
    incrs: [0.5, 1, 5, 10, 20, 30, 60],
    values: (_, splits) => splits.map((split) => `${split} s`),
  };
  const options: uPlot.Options = {
    ...size,
    legend: { show: false },
    padding: [spec.labelled ? 24 : 8, 20, spec.timeAxis ? 0 : 6, 0],
    cursor: {
      y: false,
      drag: { x: false, y: false },
      sync: { key: context.syncKey, setSeries: false },
      points: { size: 7, width: 2 },
      hover: { prox: 24 },
    },
    scales: {
      x: { time: false, range: () => [0, Math.max(1, totalMs() / 1000)] },
      ...(spec.axis === 'latency' ? { ms: latencyScale(() => spec.extent?.(data())) } : { mbps: rateScale() }),
    },
    axes: [timeAxis, spec.axis === 'latency' ? latencyAxis(palette) : rateAxis(palette)],
    series: [{}, ...spec.plotSeries(palette)],
    ...(spec.bands === undefined ? {} : { bands: spec.bands(palette) }),
    hooks: {
      drawClear: [(plot) => spec.behind(plot, data(), palette())],
      draw: [(plot) => spec.above(plot, data(), palette())],
      setCursor: [(plot) => tellCursor(plot, spec, context)],
    },
  };
  return new uPlot(options, spec.columns(data(), new Set()), host);
}

function latencyScale(extent: () => readonly [number, number] | undefined): uPlot.Scale {
  return {
    // oxlint-disable-next-line typescript/no-unsafe-enum-assignment -- a const enum of uPlot's, which cannot be named here: logarithmic
    distr: 3,
    log: 10,
    range: () => {
      const seen = extent();
      return seen === undefined ? [1, 100] : [...latencyBounds(...seen)];
    },
  };
}

function rateScale(): uPlot.Scale {
  return { range: (_, __, high) => [0, rateBound(high ?? 0)] };
}

function axisOf(palette: () => Palette): uPlot.Axis {
  return {
    size: AXIS_WIDTH_PX,
    gap: 6,
    font: palette().font,
    stroke: () => palette().muted,
    grid: { stroke: () => palette().line, width: 1 },
    ticks: { show: false },
  };
}

function latencyAxis(palette: () => Palette): uPlot.Axis {
  return {
    ...axisOf(palette),
    scale: 'ms',
    splits: (plot, _, low, high) => latencyTicks(low, high, plot.bbox.height / devicePixelRatio),
    filter: (_, splits) => splits,
    values: (_, splits) => splits.map(String),
  };
}

function rateAxis(palette: () => Palette): uPlot.Axis {
  return { ...axisOf(palette), scale: 'mbps', space: 32, values: (_, splits) => splits.map(String) };
}

function tellCursor<Data>(plot: uPlot, spec: ChartSpec<Data>, context: PlotContext<Data>): void {
  const { idx, idxs } = plot.cursor;
  const time = idx === null || idx === undefined ? undefined : plot.data[0][idx];
  if (time === undefined) {
    context.onCursor(undefined, []);
    return;
  }
  const values = spec.series.map((series) => {
    const column = series.columns[0] ?? 0;
    const at = idxs?.[column];
    if (plot.series[column]?.show === false || at === null || at === undefined) return undefined;
    return spec.valueAt === undefined ? plot.data[column]?.[at] : spec.valueAt(plot, series, at);
  });
  context.onCursor(time * 1000, values);
}
