import type uPlot from 'uplot';
import type { Palette } from './palette.ts';

/** A stretch of the time axis, in milliseconds since the test's start. */
export interface Stretch {
  readonly fromMs: number;
  readonly toMs: number;
}

/** A phase behind a chart. */
export interface Band extends Stretch {
  /** `undefined`: not shaded. */
  readonly colour: string | undefined;
  /** 0 to 1. */
  readonly alpha: number;
  /** What may be written above it, longest first: the first that fits is. */
  readonly labels: readonly string[];
}

/** Where a moment lies on the canvas, kept within the plot. */
export function xOf(plot: uPlot, atMs: number): number {
  const { left, width } = plot.bbox;
  return Math.min(left + width, Math.max(left, plot.valToPos(atMs / 1000, 'x', true)));
}

/** Shades the phases behind a chart. */
export function drawBands(plot: uPlot, bands: readonly Band[]): void {
  const { ctx, bbox } = plot;
  ctx.save();
  for (const band of bands) {
    if (band.colour === undefined) continue;
    const from = xOf(plot, band.fromMs);
    ctx.globalAlpha = band.alpha;
    ctx.fillStyle = band.colour;
    ctx.fillRect(from, bbox.top, xOf(plot, band.toMs) - from, bbox.height);
  }
  ctx.restore();
}

/** Hatches stretches that could not be measured. */
export function drawGaps(plot: uPlot, gaps: readonly Stretch[], colour: string): void {
  for (const gap of gaps) hatch(plot, xOf(plot, gap.fromMs), xOf(plot, gap.toMs), colour);
}

function hatch(plot: uPlot, from: number, to: number, colour: string): void {
  const { ctx, bbox } = plot;
  ctx.save();
  ctx.beginPath();
  ctx.rect(from, bbox.top, Math.max(to - from, devicePixelRatio), bbox.height);
  ctx.clip();
  ctx.strokeStyle = colour;
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
export function drawLabels(plot: uPlot, bands: readonly Band[], palette: Palette): void {
  const { ctx, bbox } = plot;
  ctx.save();
  ctx.font = scaledFont(palette.font);
  ctx.fillStyle = palette.muted;
  ctx.textAlign = 'center';
  ctx.textBaseline = 'bottom';
  for (const band of bands) {
    const from = xOf(plot, band.fromMs);
    const to = xOf(plot, band.toMs);
    const label = band.labels.find((text) => ctx.measureText(text).width <= to - from);
    if (label !== undefined) ctx.fillText(label, (from + to) / 2, bbox.top - 6 * devicePixelRatio);
  }
  ctx.restore();
}

function scaledFont(font: string): string {
  return font.replace(/^(\d+)px/, (_, px: string) => `${Number(px) * devicePixelRatio}px`);
}

/** Crosses along the upper edge for lost probes: they have no latency to be drawn at. */
export function drawLost(plot: uPlot, lostMs: readonly number[], colour: string): void {
  const { ctx, bbox } = plot;
  const arm = 3 * devicePixelRatio;
  const y = bbox.top + 2 * arm;
  ctx.save();
  ctx.strokeStyle = colour;
  ctx.lineWidth = 1.5 * devicePixelRatio;
  ctx.beginPath();
  for (const atMs of lostMs) {
    const x = xOf(plot, atMs);
    ctx.moveTo(x - arm, y - arm);
    ctx.lineTo(x + arm, y + arm);
    ctx.moveTo(x + arm, y - arm);
    ctx.lineTo(x - arm, y + arm);
  }
  ctx.stroke();
  ctx.restore();
}
