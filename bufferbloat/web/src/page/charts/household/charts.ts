import type uPlot from 'uplot';
import { drawBands, drawGaps, drawLabels, drawLost, type Band } from '../backdrop.ts';
import { colourNumber } from '../marks.ts';
import type { Palette } from '../palette.ts';
import type { ChartSeries, ChartSpec, TimelineSpec } from '../spec.ts';
import { bucketTimes, stack } from './buckets.ts';
import type { HouseholdTimelineData } from './data.ts';
import { drawMarks } from './draw-marks.ts';
import { baseOf, stackPaths } from './stack-paths.ts';

/** A user of the charts. */
export interface ChartUser {
  readonly id: string;
  readonly name: string;
}

const points = { show: false };
const RANGE_ALPHA = '2b';
const AREA_ALPHA = '66';

/** Colour of a user, `alpha` as two hexadecimal digits. */
const colourOf = (palette: Palette, user: number, alpha = '') =>
  `${palette.users[colourNumber(user) - 1] ?? palette.ink}${alpha}`;

/** Everyone's latency above, and below it who had how much of the line in each direction. */
export function householdCharts(users: readonly ChartUser[]): TimelineSpec<HouseholdTimelineData> {
  return {
    charts: [latencyChart(users), rateChart(users, 'download'), rateChart(users, 'upload')],
    totalMs: (data) => data.totalMs,
    shownAtFirst: () => true,
  };
}

function seriesOf({ id, name }: ChartUser, user: number, columns: readonly number[]): ChartSeries {
  return { name: id, label: name, keyClass: `key-user user-${colourNumber(user)}`, mark: user, columns };
}

function bandsOf(data: HouseholdTimelineData, palette: Palette): Band[] {
  return [
    { fromMs: 0, toMs: data.trafficFromMs, colour: undefined, alpha: 1, labels: ['Quiet line', 'Quiet'] },
    {
      fromMs: data.trafficFromMs,
      toMs: data.totalMs,
      colour: palette.householdBand,
      alpha: 1,
      labels: ['Everyone at once', 'Everyone'],
    },
  ];
}

function behind(plot: uPlot, data: HouseholdTimelineData, palette: Palette): void {
  drawBands(plot, bandsOf(data, palette));
  for (const gap of data.gaps) drawGaps(plot, [gap], colourOf(palette, gap.user));
}

/** Columns: least and most of each user, then the medians, so that lines lie upon the ranges. */
function latencyChart(users: readonly ChartUser[]): ChartSpec<HouseholdTimelineData> {
  const lowColumn = (user: number) => 1 + 2 * user;
  const medianColumn = (user: number) => 1 + 2 * users.length + user;
  return {
    name: 'latency',
    title: 'Latency',
    unit: 'ms, logarithmic; line: median, shade: least to most',
    axis: 'latency',
    heightPx: [250, 320],
    labelled: true,
    timeAxis: false,
    legend: true,
    series: users.map((user, index) =>
      seriesOf(user, index, [medianColumn(index), lowColumn(index), lowColumn(index) + 1]),
    ),
    has: () => true,
    plotSeries: (palette) => [
      ...users.flatMap(() => [
        { scale: 'ms', width: 0, points },
        { scale: 'ms', width: 0, points },
      ]),
      ...users.map((_, index) => ({ scale: 'ms', stroke: () => colourOf(palette(), index), width: 1.75, points })),
    ],
    bands: (palette) =>
      users.map((_, index) => ({
        series: [lowColumn(index) + 1, lowColumn(index)],
        fill: () => colourOf(palette(), index, RANGE_ALPHA),
      })),
    columns: (data) => [
      bucketTimes(data.bucketMs, data.buckets),
      ...data.latency.flatMap(({ low, high }) => [low, high]),
      ...data.latency.map(({ median }) => median),
    ],
    extent,
    signs: (data) => [
      ...(data.lostMs.length > 0 ? [{ name: 'lost', label: 'Lost' }] : []),
      ...(data.gaps.length > 0 ? [{ name: 'gap', label: 'Not measured' }] : []),
    ],
    behind,
    above(plot, data, palette) {
      users.forEach((_, index) =>
        drawMarks(plot, medianColumn(index), { user: index, users: users.length }, colourOf(palette, index), palette),
      );
      drawLost(plot, data.lostMs, palette.lost);
      drawLabels(plot, bandsOf(data, palette), palette);
    },
  };
}

function extent(data: HouseholdTimelineData): readonly [number, number] | undefined {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const columns of data.latency) {
    for (const value of columns.low) low = Math.min(low, value ?? low);
    for (const value of columns.high) high = Math.max(high, value ?? high);
  }
  return high < low ? undefined : [low, high];
}

function rateChart(users: readonly ChartUser[], flow: 'download' | 'upload'): ChartSpec<HouseholdTimelineData> {
  return {
    name: flow,
    title: flow === 'download' ? 'Download' : 'Upload',
    unit: 'Mbit/s, stacked',
    axis: 'rate',
    heightPx: flow === 'download' ? [150, 180] : [110, 130],
    labelled: false,
    timeAxis: flow === 'upload',
    legend: false,
    series: users.map((user, index) => seriesOf(user, index, [index + 1])),
    has: () => true,
    plotSeries: (palette) =>
      users.map((_, index) => ({
        scale: 'mbps',
        stroke: () => colourOf(palette(), index),
        fill: () => colourOf(palette(), index, AREA_ALPHA),
        width: 1,
        points,
        paths: stackPaths(1),
      })),
    columns: (data, hidden) => [
      bucketTimes(data.bucketMs, data.buckets),
      ...stack(data[flow], (index) => !hidden.has(users[index]?.id ?? '')),
    ],
    signs: () => [],
    behind,
    above: () => undefined,
    valueAt(plot, series, at) {
      const column = series.columns[0] ?? 0;
      const top = plot.data[column]?.[at];
      return top === null || top === undefined ? top : top - baseOf(plot, 1, column, at);
    },
  };
}
