import type uPlot from 'uplot';

/** Marks that differ in shape as well as in colour, so that neither alone carries the meaning. */
export type Mark = 'square' | 'cross';

/**
 * Draws every point by itself: one mark is one probe, and where none was there is nothing. Marks that would land on
 * the pixel of the one before are left out, which keeps a redraw cheap however many probes there are.
 * `sizePx` is in CSS pixels.
 */
export function marks(mark: Mark, sizePx: number): uPlot.Series.PathBuilder {
  return (plot, seriesIndex, from, to) => {
    const times = plot.data[0];
    const values = plot.data[seriesIndex] ?? [];
    const scale = plot.series[seriesIndex]?.scale ?? 'y';
    const size = Math.max(1, Math.round(sizePx * devicePixelRatio));
    const path = new Path2D();
    let lastX = Number.NaN;
    let lastY = Number.NaN;
    for (let index = from; index <= to; index++) {
      const value = values[index];
      const time = times[index];
      if (value === null || value === undefined || time === undefined) continue;
      const x = Math.round(plot.valToPos(time, 'x', true) - size / 2);
      const y = Math.round(plot.valToPos(value, scale, true) - size / 2);
      if (x === lastX && y === lastY) continue;
      lastX = x;
      lastY = y;
      if (mark === 'square') {
        path.rect(x, y, size, size);
      } else {
        path.moveTo(x, y);
        path.lineTo(x + size, y + size);
        path.moveTo(x + size, y);
        path.lineTo(x, y + size);
      }
    }
    return mark === 'square' ? { stroke: null, fill: path } : { stroke: path, fill: null };
  };
}
