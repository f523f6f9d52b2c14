import type uPlot from 'uplot';
import type { Palette } from './palette.ts';

/** One entry of a chart's legend and what it is drawn from. */
export interface ChartSeries {
  readonly name: string;
  readonly label: string;
  /** Class of its key in the legend, which carries colour and line style. */
  readonly keyClass: string;
  /** Its mark in the legend, for series that are told apart by shape: an index into the marks. */
  readonly mark?: number;
  /** Columns of the plot that belong to it, counted from 1; the first one is read out at the cursor. */
  readonly columns: readonly number[];
}

/** A part of the legend that is not a series: what a sign on the chart means. */
export interface ChartSign {
  readonly name: string;
  readonly label: string;
}

/** One chart: what its axis is, what is drawn from which data, and what lies behind and above it. */
export interface ChartSpec<Data> {
  readonly name: string;
  readonly title: string;
  readonly unit: string;
  /** `latency`: milliseconds, logarithmic; `rate`: Mbit/s from zero. */
  readonly axis: 'latency' | 'rate';
  readonly heightPx: readonly [narrow: number, wide: number];
  /** Room above the plot, for the names of the phases. */
  readonly labelled: boolean;
  readonly timeAxis: boolean;
  readonly series: readonly ChartSeries[];
  /** Whether it has a legend of its own; charts of the same series share that of the first. */
  readonly legend: boolean;
  /** Whether there is anything of a series yet. */
  readonly has: (data: Data, name: string) => boolean;
  readonly plotSeries: (palette: () => Palette) => uPlot.Series[];
  /** Areas between two columns. */
  readonly bands?: (palette: () => Palette) => uPlot.Band[];
  readonly columns: (data: Data, hidden: ReadonlySet<string>) => uPlot.AlignedData;
  /** Least and most of what the latency axis has to show; `undefined` while there is nothing. */
  readonly extent?: (data: Data) => readonly [number, number] | undefined;
  readonly signs: (data: Data) => readonly ChartSign[];
  readonly behind: (plot: uPlot, data: Data, palette: Palette) => void;
  readonly above: (plot: uPlot, data: Data, palette: Palette) => void;
  /** The value of a series at an index of the time column; by default that of its first column. */
  readonly valueAt?: (plot: uPlot, series: ChartSeries, at: number) => number | null | undefined;
}

/** Charts on one time axis. */
export interface TimelineSpec<Data> {
  readonly charts: readonly ChartSpec<Data>[];
  readonly totalMs: (data: Data) => number;
  /** Whether a series is drawn as long as nobody has chosen. */
  readonly shownAtFirst: (data: Data, name: string) => boolean;
}
