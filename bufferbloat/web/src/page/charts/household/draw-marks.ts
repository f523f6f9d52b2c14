import type uPlot from 'uplot';
import { shapePath } from '../marks.ts';
import type { Palette } from '../palette.ts';

/** Distance of two marks of one line, in CSS pixels; those of the lines stand beside one another, not on top. */
const SPACING_PX = 92;
const SIZE_PX = 9;
const SHAPE_SIZE = 12;

/** Puts a user's shape on their line now and then, so that lines can be told apart without their colours. */
export function drawMarks(
  plot: uPlot,
  column: number,
  { user, users }: { readonly user: number; readonly users: number },
  colour: string,
  palette: Palette,
): void {
  if (plot.series[column]?.show === false) return;
  const { ctx } = plot;
  const times = plot.data[0];
  const values = plot.data[column] ?? [];
  const scale = (SIZE_PX / SHAPE_SIZE) * devicePixelRatio;
  const shape = new Path2D(shapePath(user));
  const spacing = SPACING_PX * devicePixelRatio;
  let nextX = plot.bbox.left + (spacing * (user + 0.5)) / users;
  ctx.save();
  ctx.fillStyle = colour;
  ctx.strokeStyle = palette.surface;
  ctx.lineWidth = 3.5;
  ctx.lineJoin = 'round';
  for (const [index, value] of values.entries()) {
    const time = times[index];
    if (time === undefined || value === null || value === undefined) continue;
    const x = plot.valToPos(time, 'x', true);
    if (x < nextX) continue;
    while (nextX <= x) nextX += spacing;
    ctx.setTransform(
      scale,
      0,
      0,
      scale,
      x - (SHAPE_SIZE / 2) * scale,
      plot.valToPos(value, 'ms', true) - (SHAPE_SIZE / 2) * scale,
    );
    ctx.stroke(shape);
    // oxlint-disable-next-line unicorn/no-array-fill-with-reference-type -- a canvas is filled, not an array
    ctx.fill(shape);
  }
  ctx.restore();
}
