import { accountNameSchema, passwordSchema } from '@rowhouse/classroom-protocol';
import { CsvError, parse } from 'csv-parse/sync';
import { ClassroomError, type Problem } from '../http/errors.ts';
import type { NewAccount } from './api.ts';
import { displayNameSchema } from './names.ts';
import { type Column, readColumns } from './roster-columns.ts';

const MAX_ROWS = 1_000;
const MAX_PROBLEMS = 100;

export interface RosterRow {
  readonly line: number;
  readonly account: NewAccount;
}

interface Row {
  readonly line: number;
  readonly cells: readonly string[];
}

/**
 * The text of a list. Spreadsheets save in other encodings too: names would be imported with their letters lost.
 *
 * @throws ClassroomError `bad-roster`, naming the first line that is not in UTF-8
 */
export function rosterText(bytes: Uint8Array): string {
  try {
    return decodeUtf8(bytes);
  } catch {
    throw badRoster([
      { line: firstBadLine(bytes), message: 'This line is not in UTF-8. Save the list as "CSV UTF-8".' },
    ]);
  }
}

/** UTF-16 of plain letters is UTF-8 too, with a zero beside every letter. */
function decodeUtf8(bytes: Uint8Array): string {
  if (bytes.includes(0)) throw new TypeError('zeros');
  return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
}

function firstBadLine(bytes: Uint8Array): number {
  for (let line = 1, from = 0; ; line += 1) {
    const end = bytes.indexOf(NEWLINE, from);
    if (end === -1) return line;
    try {
      decodeUtf8(bytes.subarray(from, end));
    } catch {
      return line;
    }
    from = end + 1;
  }
}

const NEWLINE = 0x0a;

/**
 * Students from CSV text: columns by the header (name, display name, password; in any order, the last two may be
 * missing). Commas, semicolons or tabs; quotes, CRLF and a byte order mark as they come.
 *
 * @throws ClassroomError `bad-roster` with every problem by its line
 */
export function parseRoster(csv: string): readonly RosterRow[] {
  const [first, ...rows] = readRows(csv);
  if (!first) throw badRoster([{ line: 1, message: 'The list is empty.' }]);
  const header = readColumns(first.line, first.cells);
  if ('problems' in header) throw badRoster(header.problems);
  if (rows.length === 0) throw badRoster([{ line: first.line, message: 'There is nobody below the header.' }]);
  if (rows.length > MAX_ROWS) throw badRoster([{ line: 1, message: `More than ${MAX_ROWS} rows. Split the list.` }]);
  const problems: Problem[] = [];
  const lineOf = new Map<string, number>();
  const good: RosterRow[] = [];
  for (const row of rows) {
    const read = readRow(row, header.columns);
    if (!('account' in read)) {
      problems.push(...read.problems);
      continue;
    }
    const { name } = read.account;
    const earlier = lineOf.get(name);
    if (earlier !== undefined) problems.push({ line: row.line, message: `${name} is also in line ${earlier}.` });
    lineOf.set(name, earlier ?? row.line);
    good.push(read);
  }
  if (problems.length > 0) throw badRoster(problems);
  return good;
}

/** @throws ClassroomError always */
export function badRoster(problems: readonly Problem[]): ClassroomError {
  return new ClassroomError('bad-roster', { problems: problems.slice(0, MAX_PROBLEMS) });
}

function readRows(csv: string): readonly Row[] {
  try {
    const parsed = parse(csv, {
      bom: true,
      trim: true,
      info: true,
      relax_column_count: true,
      skip_empty_lines: true,
      skip_records_with_empty_values: true,
      delimiter: delimiterOf(csv),
      max_record_size: 10_000,
    });
    // With `info` each row comes with where it was; the types do not know.
    const rows = parsed as unknown as readonly {
      readonly record: readonly string[];
      readonly info: { readonly lines: number };
    }[];
    return rows.map(({ record, info }) => ({ line: info.lines, cells: record }));
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const line = 'lines' in error && typeof error.lines === 'number' ? error.lines : 1;
    throw badRoster([{ line, message: 'This line cannot be read; are its quotation marks in pairs?' }]);
  }
}

/** Programs of many countries write semicolons. */
function delimiterOf(csv: string): string {
  const [line = ''] = csv.trimStart().split(/[\r\n]/, 1);
  const candidates = [',', ';', '\t'].map((character) => ({ character, count: line.split(character).length }));
  return candidates.reduce((best, candidate) => (candidate.count > best.count ? candidate : best)).character;
}

function readRow({ line, cells }: Row, columns: readonly (Column | undefined)[]): RosterRow | { problems: Problem[] } {
  const cell = (column: Column) => cells[columns.indexOf(column)] ?? '';
  const name = cell('name').toLowerCase();
  const displayName = displayNameSchema.safeParse(cell('displayName') || cell('name'));
  const password = cell('password');
  const problems: Problem[] = [];
  const wrong = (message: string) => problems.push({ line, message });
  if (cells.length > columns.length) wrong(`There are ${cells.length} columns instead of ${columns.length}.`);
  const stray = cells.findIndex((value, index) => index < columns.length && !columns[index] && value !== '');
  if (stray !== -1) wrong(`Column ${stray + 1} has no heading in the first line.`);
  if (name === '') wrong('There is no name.');
  else if (!accountNameSchema.safeParse(name).success)
    wrong(`"${name.slice(0, 40)}" cannot be a name: 1 to 32 letters a-z, digits, dots, dashes and underscores.`);
  if (!displayName.success && name !== '')
    wrong('The display name is too long (100 characters at most), or has characters that cannot be shown.');
  if (password !== '' && !passwordSchema.safeParse(password).success)
    wrong('The password has fewer than 10 characters.');
  if (problems.length > 0 || !displayName.success) return { problems };
  const account = { name, displayName: displayName.data, role: 'student' as const };
  return { line, account: password === '' ? account : { ...account, password } };
}
