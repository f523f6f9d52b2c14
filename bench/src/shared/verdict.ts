import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { provenance } from './machine.ts';

/** One figure beside its target. */
export interface Row {
  readonly what: string;
  readonly figure: string;
  readonly target: string;
  readonly ok: boolean;
}

/** Prints the rows as a table, each with PASS or SHORT, and returns how many fell short. */
export function printRows(title: string, rows: readonly Row[]): number {
  const widths = (['what', 'figure', 'target'] as const).map((key) =>
    Math.max(key.length, ...rows.map((row) => row[key].length)),
  );
  const line = (cells: readonly string[]) => cells.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join('  ');
  const { date, commit, machine } = provenance();
  process.stdout.write(`\n${title}\n${date}, commit ${commit}, ${machine}\n\n`);
  process.stdout.write(`        ${line(['what', 'figure', 'target'])}\n`);
  for (const row of rows) {
    process.stdout.write(`${row.ok ? 'PASS  ' : 'SHORT '}  ${line([row.what, row.figure, row.target])}\n`);
  }
  const short = rows.filter((row) => !row.ok).length;
  process.stdout.write(`\n${rows.length - short} of ${rows.length} figures reach their target\n`);
  return short;
}

/** Stores a bench's last figures in bench/results/NAME.json. */
export function saveResults(name: string, data: object): void {
  const folder = path.join(import.meta.dirname, '../../results');
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, `${name}.json`), `${JSON.stringify({ ...provenance(), ...data }, null, 2)}\n`);
}
