import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseRoster, rosterText } from '../../src/accounts/roster.ts';
import { ClassroomError } from '../../src/http/errors.ts';

const names = (csv: string) => parseRoster(csv).map(({ account }) => [account.name, account.displayName]);

function problems(csv: string): readonly (readonly [number, string])[] {
  try {
    parseRoster(csv);
    return [];
  } catch (error) {
    if (!(error instanceof ClassroomError)) throw error;
    return error.problems!.map(({ line, message }) => [line, message]);
  }
}

describe('a list of students', () => {
  it('is read as different programs write it', () => {
    const expected = [
      ['anna', 'Anna Ä'],
      ['bert', 'Bert'],
    ];
    expect(names('name,display name\nanna,Anna Ä\nbert,Bert\n')).toEqual(expected);
    expect(names('\uFEFF"Name";"Display Name"\r\n"Anna";"Anna Ä"\r\n"bert";"Bert"\r\n')).toEqual(expected);
    expect(names('Full name\tUser-Name\nAnna Ä\tanna\nBert\tbert')).toEqual(expected);
    expect(names('\n\nname;display name;\n;;\nanna ; Anna A\u0308;\n\nbert;Bert;\n\n')).toEqual(expected);
    expect(names('name,display name\ranna,Anna Ä\rbert,Bert\r')).toEqual(expected);
  });

  it('takes the name where nothing else is given, and passwords where they are', () => {
    expect(names('username\nanna\n')).toEqual([['anna', 'anna']]);
    const [row] = parseRoster('name,display name,password\nanna,"Anna, the ""first""",long enough!\n');
    expect(row).toEqual({
      line: 2,
      account: { name: 'anna', displayName: 'Anna, the "first"', role: 'student', password: 'long enough!' },
    });
  });

  it('is refused with every problem by its line', () => {
    const csv =
      'name,display name,password\nanna,Anna\n,Nobody\nb ad,Bad\nANNA,Again\ncarl,Carl,short\ndora,Dora,,,more\n';
    expect(problems(csv)).toEqual([
      [3, 'There is no name.'],
      [4, '"b ad" cannot be a name: 1 to 32 letters a-z, digits, dots, dashes and underscores.'],
      [5, 'anna is also in line 2.'],
      [6, 'The password has fewer than 10 characters.'],
      [7, 'There are 5 columns instead of 3.'],
    ]);
  });

  it('needs a header, and knows every column in it', () => {
    const known = 'name, display name, password';
    expect(problems('anna,Anna\nbert,Bert\n')).toEqual([
      [1, `The first line must name the columns; there is none of: ${known}.`],
    ]);
    expect(problems('Nom;Prénom\nanna;Anna\n')[0]?.[1]).toContain('must name the columns');
    expect(problems('name,class,e-mail\nanna,7b,\n')).toEqual([
      [1, `There is no column "class"; the columns are: ${known}. Rename it or take it out.`],
      [1, `There is no column "e-mail"; the columns are: ${known}. Rename it or take it out.`],
    ]);
    expect(problems('name,dispay name\nanna,Anna\n')[0]?.[1]).toContain('"dispay name"');
    expect(problems('name,名前\nanna,Anna\n')[0]?.[1]).toContain('"名前"');
    expect(problems('name,constructor\nanna,Anna\n')[0]?.[1]).toContain('"constructor"');
    expect(problems('name,\nanna,Anna\n')).toEqual([[2, 'Column 2 has no heading in the first line.']]);
  });

  it('tells a name that is too long from one with other characters', () => {
    const csv = `name,display name\n${'a'.repeat(33)},Anna\nanna,${'A'.repeat(101)}\n`;
    expect(problems(csv)).toEqual([
      [2, `"${'a'.repeat(33)}" cannot be a name: 1 to 32 letters a-z, digits, dots, dashes and underscores.`],
      [3, 'The display name is too long (100 characters at most), or has characters that cannot be shown.'],
    ]);
  });

  it('in another encoding than UTF-8 is refused, with the line that shows it', () => {
    const read = (bytes: Buffer) => {
      try {
        return rosterText(bytes);
      } catch (error) {
        return (error as ClassroomError).problems;
      }
    };
    expect(read(Buffer.from('name\nanna\n'))).toBe('name\nanna\n');
    const message = 'This line is not in UTF-8. Save the list as "CSV UTF-8".';
    expect(read(Buffer.from('name,display name\nanna,Anna\nj,J\u00fcrgen\n', 'latin1'))).toEqual([
      { line: 3, message },
    ]);
    expect(read(Buffer.from('\ufeffname\nanna\n', 'utf16le'))).toEqual([{ line: 1, message }]);
    expect(read(Buffer.from('name\nanna\n', 'utf16le'))).toEqual([{ line: 1, message }]);
  });

  it('names lines as an editor counts them, also after a cell of two lines', () => {
    expect(problems('name,display name\nanna,"Anna\nof two lines"\nb ad,Bad\n').at(1)?.[0]).toBe(4);
  });

  it.each([
    ['', 'empty'],
    ['\n\n', 'empty'],
    ['name,display name\n', 'nobody below'],
    ['display name\nAnna\n', 'no column "name"'],
    ['name,login\na,b\n', 'Two columns'],
    ['name,display name\nanna,"Anna\nbert,Bert', 'quotation marks'],
    [['name', ...Array.from({ length: 1_001 }, (_, index) => `s${index}`)].join('\n'), 'More than 1000 rows'],
  ])('%j is refused', (csv, message) => {
    expect(problems(csv).at(0)?.[1]).toContain(message);
  });

  it('does not take characters that disguise a name', () => {
    expect(problems('name,display name\nanna,Anna\u202eevil\n')).toHaveLength(1);
    expect(problems('name,display name\nanna,Anna\u0000\n')).toHaveLength(1);
  });

  it('is read or refused, whatever it is', () => {
    const cell = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom('name', 'password', 'anna', '"', ',', ';', '\r\n', '\0'),
    );
    fc.assert(
      fc.property(fc.array(cell, { maxLength: 30 }), fc.constantFrom('', ',', '\n'), (cells, between) => {
        problems(cells.join(between));
        problems(`name,display name\n${cells.join(between)}`);
      }),
      { numRuns: 500 },
    );
  });
});
