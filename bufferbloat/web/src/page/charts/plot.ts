import uPlot from 'uplot';
import { align } from './align.ts';
import { drawBands, drawLabels, drawLevels, drawLost } from './backdrop.ts';
import type { TimelineData } from './data.ts';
import type { Palette } from './palette.ts';
import { marks } from './paths.ts';
import { latencyBounds, latencyTicks, rateBound } from './scale.ts';

/** What a chart reads anew at every drawing. */
export interface PlotContext {
  readonly data: () => TimelineData;
  readonly palette: () => Palette;
  /** Charts with the same key move their cursors together. */
  readonly syncKey: string;
  /** The cursor has moved: to a moment and the values there, or away. */
  readonly onCursor: (atMs: number | undefined, values: readonly (number | null | undefined)[]) => void;
}

/** Both charts leave the same room at the left, so that one moment stands on one vertical line. */
const AXIS_WIDTH_PX = 46;
/** A line is not drawn across a longer pause than this between two points. */
const IN_FLOW_GAP_MS = 1000;
const RATE_GAP_MS = 600;

export type PlotKind = 'latency' | 'throughput';

/** Columns of one chart, in the order of its series. */
export function columns(kind: PlotKind, data: TimelineData): uPlot.AlignedData {
  return kind === 'latency'
    ? align([data.udp, data.websocket, data.inFlow], IN_FLOW_GAP_MS)
    : align([data.download, data.upload], RATE_GAP_MS);
}

/** Makes one of the two charts in `host`; the caller sets its data and destroys it. */
export function createPlot(
  kind: PlotKind,
  host: HTMLElement,
  size: { readonly width: number; readonly height: number },
  context: PlotContext,
): uPlot {
  const { data, palette } = context;
  const timeAxis: uPlot.Axis = {
    show: kind === 'throughput',
    size: 30,
    font: palette().font,
    stroke: () => palette().muted,
    grid: { show: false },
    ticks: { stroke: () => palette().line, size: 5 },
    space: 48,
    incrs: [0.5, 1, 5, 10, 20],
    values: (_, splits) => splits.map((split) => `${split} s`),
  };
  const options: uPlot.Options = {
    ...size,
    legend: { show: false },
    padding: [kind === 'latency' ? 24 : 8, 20, kind === 'latency' ? 6 : 0, 0],
    cursor: {
      y: false,
      drag: { x: false, y: false },
      sync: { key: context.syncKey, setSeries: false },
      points: { size: 7, width: 2 },
      hover: { prox: 24 },
    },
    scales: {
      x: { time: false, range: () => [0, Math.max(1, data().totalMs / 1000)] },
      ...(kind === 'latency' ? { ms: latencyScale(data) } : { mbps: rateScale() }),
    },
    axes: [timeAxis, kind === 'latency' ? latencyAxis(palette) : rateAxis(palette)],
    series: [{}, ...(kind === 'latency' ? latencySeries(palette) : rateSeries(palette))],
    hooks: {
      drawClear: [(plot) => drawBands(plot, data(), palette())],
      draw: [
        (plot) => {
          if (kind === 'throughput') return;
          drawLevels(plot, data(), palette());
          drawLost(plot, data(), palette());
          drawLabels(plot, data(), palette());
        },
      ],
      setCursor: [(plot) => tellCursor(plot, context)],
    },
  };
  return new uPlot(options, columns(kind, data()), host);
}

function latencySeries(palette: () => Palette): uPlot.Series[] {
  const points = { show: false };
  return [
    { scale: 'ms', fill: () => palette().udp, stroke: () => palette().udp, points, paths: marks('square', 2.5) },
    { scale: 'ms', stroke: () => palette().websocket, width: 1, points, paths: marks('cross', 4) },
    { scale: 'ms', stroke: () => palette().inFlow, width: 2, points },
  ];
}

function rateSeries(palette: () => Palette): uPlot.Series[] {
  const points = { show: false };
  return [
    { scale: 'mbps', stroke: () => palette().download, fill: () => palette().downloadFill, width: 2, points },
    { scale: 'mbps', stroke: () => palette().upload, fill: () => palette().uploadFill, width: 2, dash: [6, 3], points },
  ];
}

function latencyScale(data: () => TimelineData): uPlot.Scale {
  return {
    // oxlint-disable-next-line typescript/no-unsafe-enum-assignment -- a const enum of uPlot's, which cannot be named here: logarithmic
    distr: 3,
    log: 10,
    range: () => {
      let low = Number.POSITIVE_INFINITY;
      let high = Number.NEGATIVE_INFINITY;
      for (const points of [data().udp, data().websocket, data().inFlow]) {
        for (const { value } of points) {
          if (value === null) continue;
          low = Math.min(low, value);
          high = Math.max(high, value);
        }
      }
      return high < low ? [1, 100] : [...latencyBounds(low, high)];
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

function tellCursor(plot: uPlot, context: PlotContext): void {
  const { idx, idxs } = plot.cursor;
  const time = idx === null || idx === undefined ? undefined : plot.data[0][idx];
  if (time === undefined) {
    context.onCursor(undefined, []);
    return;
  }
  const values = plot.series.map(({ show }, series) => {
    const at = idxs?.[series];
    return show === false || at === null || at === undefined ? undefined : plot.data[series]?.[at];
  });
  context.onCursor(time * 1000, values.slice(1));
}
