import type { PhaseId } from '@rowhouse/bufferbloat-protocol';
import type uPlot from 'uplot';
import { xOf } from './backdrop.ts';
import type { TimelineData } from './data.ts';
import type { Palette } from './palette.ts';

/** Level lines at the medians of the graded windows, in the colour of their phase, with a rim to stand out of the marks. */
export function drawLevels(plot: uPlot, data: TimelineData, palette: Palette): void {
  const { ctx } = plot;
  ctx.save();
  ctx.lineCap = 'round';
  for (const level of data.levels) {
    const y = plot.valToPos(level.valueMs, 'ms', true);
    const phase = data.spans.find((span) => span.startMs <= level.fromMs && level.fromMs < span.endMs)?.id;
    for (const [colour, widthPx] of [
      [palette.surface, 6],
      [levelColour(phase, palette), 3],
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

function levelColour(id: PhaseId | undefined, palette: Palette): string {
  if (id === 'download') return palette.download;
  if (id === 'upload') return palette.upload;
  if (id === 'bidirectional') return palette.both;
  return palette.ink;
}
