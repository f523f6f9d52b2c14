/** Milliseconds with as many decimals as they deserve; a dash for what was not measured. */
export function ms(value: number | null): string {
  if (value === null) return '-';
  return `${value.toFixed(value < 10 ? 1 : 0)} ms`;
}

/** Mbit/s with three or four significant digits. */
export function mbps(value: number | null): string {
  if (value === null) return '-';
  return `${value.toFixed(value < 10 ? 2 : value < 100 ? 1 : 0)} Mbit/s`;
}

/** Rows in columns that are as wide as their widest cell. */
export function columns(rows: readonly (readonly string[])[]): string {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [at, cell] of row.entries()) widths[at] = Math.max(widths[at] ?? 0, cell.length);
  }
  return rows
    .map((row) =>
      row
        .map((cell, at) => (at === 0 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0)))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
