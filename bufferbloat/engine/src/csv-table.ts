const COLUMNS = ['kind', 'name', 'at_ms', 'value', 'unit', 'detail'] as const;

/** One figure. What was not measured is an empty value. */
export type Row = readonly [
  kind: string,
  name: string,
  atMs: number | '',
  value: number | string | null,
  unit: string,
  detail: string,
];

/** One table after RFC 4180: a line of names, CRLF, quotes doubled. */
export function csvTable(rows: readonly Row[]): string {
  return [COLUMNS, ...rows].map((row) => `${row.map(field).join(',')}\r\n`).join('');
}

/** A figure of the test as a whole. */
export function summary(name: string, value: number | string | null, unit: string): Row {
  return ['summary', name, '', value, unit, ''];
}

/** Quotes where the format asks for it. */
function field(value: number | string | null): string {
  const text = value === null ? '' : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
