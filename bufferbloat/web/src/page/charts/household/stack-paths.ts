import type uPlot from 'uplot';

/**
 * An area between a column of a stack and the one that is visible below it. Where either has a hole, the area has one.
 * Columns of a stack must follow one another from the lowest to the highest.
 */
export function stackPaths(lowestColumn: number): uPlot.Series.PathBuilder {
  return (plot, column, from, to) => {
    const tops = plot.data[column] ?? [];
    const stroke = new Path2D();
    const fill = new Path2D();
    let run: { x: number; top: number; base: number }[] = [];
    const finish = () => {
      const [first, ...rest] = run;
      if (first !== undefined) {
        stroke.moveTo(first.x, first.top);
        fill.moveTo(first.x, first.top);
        for (const { x, top } of rest) {
          stroke.lineTo(x, top);
          fill.lineTo(x, top);
        }
        for (const { x, base } of run.toReversed()) fill.lineTo(x, base);
        fill.closePath();
      }
      run = [];
    };
    for (let at = from; at <= to; at++) {
      const top = tops[at];
      const time = plot.data[0][at];
      if (top === null || top === undefined || time === undefined) {
        finish();
        continue;
      }
      run.push({
        x: plot.valToPos(time, 'x', true),
        top: plot.valToPos(top, 'mbps', true),
        base: plot.valToPos(baseOf(plot, lowestColumn, column, at), 'mbps', true),
      });
    }
    finish();
    return { stroke, fill };
  };
}

/** What a column of a stack stands upon at an index: the nearest one below it that has a value there, or the ground. */
export function baseOf(plot: uPlot, lowestColumn: number, column: number, at: number): number {
  for (let below = column - 1; below >= lowestColumn; below--) {
    const value = plot.data[below]?.[at];
    if (value !== null && value !== undefined) return value;
  }
  return 0;
}
