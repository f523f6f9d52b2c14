import type { PhaseId, PhaseSpan } from '@rowhouse/bufferbloat-protocol';
import type uPlot from 'uplot';
import type { TimelineData } from './data.ts';
import type { Palette } from './palette.ts';

/** Names above the bands, longest first: the first that fits is written. */
const LABELS: Readonly<Record<PhaseId, readonly string[]>> = {
  baseline: ['At rest', 'Rest'],
  'download-warmup': [],
  download: ['↓ Download', '↓'],
  'upload-warmup': [],
  upload: ['↑ Upload', '↑'],
  bidirectional: ['↕ Both', '↕'],
};

function bandColour(id: PhaseId, palette: Palette): string | undefined {
  switch (id) {
    case 'baseline':
      return undefined;
    case 'download-warmup':
    case 'download':
      return palette.downloadBand;
    case 'upload-warmup':
    case 'upload':
      return palette.uploadBand;
    case 'bidirectional':
      return palette.bothBand;
  }
}

function xOf(plot: uPlot, atMs: number): number {
  const { left, width } = plot.bbox;
  return Math.min(left + width, Math.max(left, plot.valToPos(atMs / 1000, 'x', true)));
}

/** Shades the phases behind a chart (ramps half as strong), and hatches the stretches that could not be measured. */
export function drawBands(plot: uPlot, data: TimelineData, palette: Palette): void {
  const { ctx, bbox } = plot;
  ctx.save();
  for (const span of data.spans) {
    const from = xOf(plot, span.startMs);
    const to = xOf(plot, span.endMs);
    const colour = bandColour(span.id, palette);
    if (colour !== undefined) {
      ctx.globalAlpha = span.id.endsWith('warmup') ? 0.5 : 1;
      ctx.fillStyle = colour;
      ctx.fillRect(from, bbox.top, to - from, bbox.height);
    }
  }
  ctx.globalAlpha = 1;
  for (const gap of data.gaps) {
    hatch(plot, xOf(plot, gap.fromMs), xOf(plot, gap.toMs), palette);
  }
  ctx.restore();
}

function hatch(plot: uPlot, from: number, to: number, palette: Palette): void {
  const { ctx, bbox } = plot;
  ctx.save();
  ctx.beginPath();
  ctx.rect(from, bbox.top, Math.max(to - from, devicePixelRatio), bbox.height);
  ctx.clip();
  ctx.strokeStyle = palette.muted;
  ctx.lineWidth = devicePixelRatio;
  ctx.beginPath();
  const step = 7 * devicePixelRatio;
  for (let x = from - bbox.height; x < to; x += step) {
    ctx.moveTo(x, bbox.top + bbox.height);
    ctx.lineTo(x + bbox.height, bbox.top);
  }
  ctx.stroke();
  ctx.restore();
}

/** Writes the phases' names above a chart, each over its band if it fits there. */
export function drawLabels(plot: uPlot, data: TimelineData, palette: Palette): void {
  const { ctx, bbox } = plot;
  ctx.save();
  ctx.font = scaledFont(palette.font);
  ctx.fillStyle = palette.muted;
  ctx.textAlign = 'center';
  ctx.textBaseline = 'bottom';
  for (const span of data.spans) {
    const from = xOf(plot, span.startMs);
    const to = xOf(plot, span.endMs);
    const label = LABELS[span.id].find((text) => ctx.measureText(text).width <= to - from);
    if (label !== undefined) ctx.fillText(label, (from + to) / 2, bbox.top - 6 * devicePixelRatio);
  }
  ctx.restore();
}

function scaledFont(font: string): string {
  return font.replace(/^(\d+)px/, (_, px: string) => `${Number(px) * devicePixelRatio}px`);
}

/** Crosses along the upper edge for lost probes: they have no latency to be drawn at. */
export function drawLost(plot: uPlot, data: TimelineData, palette: Palette): void {
  const { ctx, bbox } = plot;
  const arm = 3 * devicePixelRatio;
  const y = bbox.top + 2 * arm;
  ctx.save();
  ctx.strokeStyle = palette.lost;
  ctx.lineWidth = 1.5 * devicePixelRatio;
  ctx.beginPath();
  for (const lostMs of data.lostMs) {
    const x = xOf(plot, lostMs);
    ctx.moveTo(x - arm, y - arm);
    ctx.lineTo(x + arm, y + arm);
    ctx.moveTo(x + arm, y - arm);
    ctx.lineTo(x - arm, y + arm);
  }
  ctx.stroke();
  ctx.restore();
}

/** Level lines at the medians of the graded windows, in the colour of their phase, with a rim to stand out of the marks. */
export function drawLevels(plot: uPlot, data: TimelineData, palette: Palette): void {
  const { ctx } = plot;
  ctx.save();
  ctx.lineCap = 'round';
  for (const level of data.levels) {
    const y = plot.valToPos(level.valueMs, 'ms', true);
    const span = phaseAt(data.spans, level.fromMs);
    for (const [colour, widthPx] of [
      [palette.surface, 6],
      [levelColour(span?.id, palette), 3],
    ] as const) {
      ctx.strokeStyle = colour;
      ctx.lineWidth = widthPx * devicePixelRatio;
      ctx.beginPath();
      ctx.moveTo(xOf(plot, level.fromMs), y);
      ctx.lineTo(xOf(plot, level.toMs), y);
      ctx.stroke();
    }
  }
  ctx.restore();
}

function phaseAt(spans: readonly PhaseSpan[], atMs: number): PhaseSpan | undefined {
  return spans.find((span) => span.startMs <= atMs && atMs < span.endMs);
}

function levelColour(id: PhaseId | undefined, palette: Palette): string {
  if (id === 'download') return palette.download;
  if (id === 'upload') return palette.upload;
  if (id === 'bidirectional') return palette.both;
  return palette.ink;
}
