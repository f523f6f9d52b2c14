import type { Problem } from '../http/errors.ts';

export type Column = 'name' | 'displayName' | 'password';

/** What lists of students call their columns, in small letters and without anything between them. */
const NAMES: ReadonlyMap<string, Column> = new Map([
  ['name', 'name'],
  ['username', 'name'],
  ['user', 'name'],
  ['login', 'name'],
  ['account', 'name'],
  ['displayname', 'displayName'],
  ['fullname', 'displayName'],
  ['realname', 'displayName'],
  ['student', 'displayName'],
  ['password', 'password'],
  ['initialpassword', 'password'],
]);
const SHOWN = 'name, display name, password';
const SHOWN_LENGTH = 40;

/**
 * The columns by the first line of a list; `undefined` for one without a heading. Every heading must be known: a list
 * whose columns are guessed makes accounts out of headings, or loses what somebody wrote down.
 */
export function readColumns(
  line: number,
  cells: readonly string[],
): { readonly columns: readonly (Column | undefined)[] } | { readonly problems: readonly Problem[] } {
  const columns = cells.map((cell) => NAMES.get(cell.toLowerCase().replace(/[\s_.-]/g, '')));
  const problem = (message: string) => ({ line, message });
  if (columns.every((column) => column === undefined))
    return { problems: [problem(`The first line must name the columns; there is none of: ${SHOWN}.`)] };
  const unknown = cells.filter((cell, index) => cell !== '' && columns[index] === undefined);
  if (unknown.length > 0)
    return {
      problems: unknown.map((cell) =>
        problem(
          `There is no column "${cell.slice(0, SHOWN_LENGTH)}"; the columns are: ${SHOWN}. Rename it or take it out.`,
        ),
      ),
    };
  const twice = columns.find((column, index) => column !== undefined && columns.indexOf(column) !== index);
  if (twice !== undefined) return { problems: [problem(`Two columns are called ${twice}.`)] };
  if (!columns.includes('name')) return { problems: [problem('There is no column "name" (to sign in with).')] };
  return { columns };
}
