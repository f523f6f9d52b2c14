import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseRoster } from '../../src/accounts/roster.ts';
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
    expect(names('Full name\tclass\tUser-Name\nAnna Ä\t7b\tanna\nBert\t7b\tbert')).toEqual(expected);
    expect(names('anna,Anna Ä\nbert,Bert')).toEqual(expected);
    expect(names('\nanna , Anna A\u0308\n\n,,\nbert,Bert\n\n')).toEqual(expected);
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

  it('names lines as an editor counts them, also after a cell of two lines', () => {
    expect(problems('name,display name\nanna,"Anna\nof two lines"\nb ad,Bad\n').at(1)?.[0]).toBe(4);
  });

  it.each([
    ['', 'empty'],
    ['\n\n', 'empty'],
    ['name,display name\n', 'nobody below'],
    ['display name,class\nAnna,7b\n', 'no column "name"'],
    ['name,login\na,b\n', 'Two columns'],
    ['anna,"Anna\nbert,Bert', 'quotation marks'],
    [Array.from({ length: 1_001 }, (_, index) => `s${index}`).join('\n'), 'More than 1000 rows'],
  ])('%j is refused', (csv, message) => {
    expect(problems(csv).at(0)?.[1]).toContain(message);
  });

  it('does not take characters that disguise a name', () => {
    expect(problems('anna,Anna\u202eevil\n')).toHaveLength(1);
    expect(problems('anna,Anna\u0000\n')).toHaveLength(1);
  });

  it('is read or refused, whatever it is', () => {
    const cell = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom('name', 'password', 'anna', '"', ',', ';', '\r\n', '\0'),
    );
    fc.assert(
      fc.property(fc.array(cell, { maxLength: 30 }), fc.constantFrom('', ',', '\n'), (cells, between) => {
        problems(cells.join(between));
      }),
      { numRuns: 500 },
    );
  });
});
