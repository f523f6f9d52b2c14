import type uPlot from 'uplot';
import { align, extentOf } from './align.ts';
import { type Band, drawBands, drawGaps, drawLabels, drawLost } from './backdrop.ts';
import type { TimelineData } from './data.ts';
import { drawLevels } from './levels.ts';
import type { Palette } from './palette.ts';
import { marks } from './paths.ts';
import type { ChartSpec, TimelineSpec } from './spec.ts';

/** A line is not drawn across a longer pause than this between two points. */
const IN_FLOW_GAP_MS = 1000;
const RATE_GAP_MS = 600;

type SeriesName = 'udp' | 'websocket' | 'inFlow' | 'download' | 'upload';

/** Names above the bands, longest first: the first that fits is written. */
const LABELS: Readonly<Record<TimelineData['spans'][number]['id'], readonly string[]>> = {
  baseline: ['At rest', 'Rest'],
  'download-warmup': [],
  download: ['↓ Download', '↓'],
  'upload-warmup': [],
  upload: ['↑ Upload', '↑'],
  bidirectional: ['↕ Both', '↕'],
};

function bandsOf(data: TimelineData, palette: Palette): Band[] {
  return data.spans.map((span) => ({
    fromMs: span.startMs,
    toMs: span.endMs,
    colour: bandColour(span.id, palette),
    // The ramps are not graded.
    alpha: span.id.endsWith('warmup') ? 0.5 : 1,
    labels: LABELS[span.id],
  }));
}

function bandColour(id: TimelineData['spans'][number]['id'], palette: Palette): string | undefined {
  if (id === 'baseline') return undefined;
  if (id === 'bidirectional') return palette.bothBand;
  return id.startsWith('download') ? palette.downloadBand : palette.uploadBand;
}

function behind(plot: uPlot, data: TimelineData, palette: Palette): void {
  drawBands(plot, bandsOf(data, palette));
  drawGaps(plot, data.gaps, palette.muted);
}

const has = (data: TimelineData, name: string) => data[name as SeriesName].length > 0;
const points = { show: false };

const LATENCY: ChartSpec<TimelineData> = {
  name: 'latency',
  title: 'Latency',
  unit: 'ms, logarithmic',
  axis: 'latency',
  heightPx: [230, 300],
  labelled: true,
  timeAxis: false,
  series: [
    { name: 'udp', label: 'UDP probes', keyClass: 'key-udp', columns: [1] },
    { name: 'websocket', label: 'WebSocket probes', keyClass: 'key-websocket', columns: [2] },
    { name: 'inFlow', label: 'In-flow', keyClass: 'key-inFlow', columns: [3] },
  ],
  legend: true,
  has,
  plotSeries: (palette) => [
    { scale: 'ms', fill: () => palette().udp, stroke: () => palette().udp, points, paths: marks('square', 2.5) },
    { scale: 'ms', stroke: () => palette().websocket, width: 1, points, paths: marks('cross', 4) },
    { scale: 'ms', stroke: () => palette().inFlow, width: 2, points },
  ],
  columns: (data) => align([data.udp, data.websocket, data.inFlow], IN_FLOW_GAP_MS),
  extent: (data) => extentOf([data.udp, data.websocket, data.inFlow]),
  signs: (data) => [
    ...(data.lostMs.length > 0 ? [{ name: 'lost', label: 'Lost' }] : []),
    ...(data.gaps.length > 0 ? [{ name: 'gap', label: 'Not measured' }] : []),
  ],
  behind,
  above(plot, data, palette) {
    drawLevels(plot, data, palette);
    drawLost(plot, data.lostMs, palette.lost);
    drawLabels(plot, bandsOf(data, palette), palette);
  },
};

const THROUGHPUT: ChartSpec<TimelineData> = {
  name: 'throughput',
  title: 'Throughput',
  unit: 'Mbit/s',
  axis: 'rate',
  heightPx: [160, 200],
  labelled: false,
  timeAxis: true,
  series: [
    { name: 'download', label: 'Download', keyClass: 'key-download', columns: [1] },
    { name: 'upload', label: 'Upload', keyClass: 'key-upload', columns: [2] },
  ],
  legend: true,
  has,
  plotSeries: (palette) => [
    { scale: 'mbps', stroke: () => palette().download, fill: () => palette().downloadFill, width: 2, points },
    { scale: 'mbps', stroke: () => palette().upload, fill: () => palette().uploadFill, width: 2, dash: [6, 3], points },
  ],
  columns: (data) => align([data.download, data.upload], RATE_GAP_MS),
  signs: () => [],
  behind,
  above: () => undefined,
};

/** The single-user test: latency above, throughput below. */
export const SINGLE_TIMELINE: TimelineSpec<TimelineData> = {
  charts: [LATENCY, THROUGHPUT],
  totalMs: (data) => data.totalMs,
  // Two clouds of probes on one another are hard to read: the second is there for whoever asks for it.
  shownAtFirst: (data, name) => name !== 'websocket' || data.udp.length === 0,
};
