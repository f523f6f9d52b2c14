import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CommandError } from '../../src/commands/errors.ts';
import { addRoster, firstAdmin, listAccounts } from '../../src/commands/people.ts';
import { readPrices } from '../../src/commands/plan.ts';

let folder: string;
const file = (name: string, content: string | Buffer): string => {
  const target = path.join(folder, name);
  writeFileSync(target, content);
  return target;
};

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'rowhouse-lists-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const nobody = {
  get: () => Promise.reject(new Error('asked')),
  post: () => Promise.reject(new Error('asked')),
};

describe('a list of students', () => {
  it('in another encoding is refused before a letter is lost', async () => {
    const list = file('latin1.csv', Buffer.from('name,display name\nada,J\u00fcrgen\n', 'latin1'));
    await expect(addRoster(nobody, list)).rejects.toThrow(
      `${list}: The list has mistakes; nothing was imported.\n  line 2: This line is not in UTF-8. Save the list as "CSV UTF-8".`,
    );
  });
});

describe('accounts', () => {
  const person = { name: 'ada', displayName: 'Ada', role: 'student', disabled: false, mustChangePassword: false };
  const ask = (known: string, answer: object) => ({
    get: (asked: string) => (asked === known ? Promise.resolve(answer) : Promise.reject(new Error(asked))),
    post: () => Promise.resolve({ token: 'T0KEN' }),
  });

  it('are listed with what is special about them', async () => {
    const bert = { ...person, name: 'bert', role: 'teacher', mustChangePassword: true };
    const accounts = [person, bert, { ...person, name: 'carl', disabled: true }];
    expect(await listAccounts(ask('/accounts', { accounts }))).toEqual([
      'name  display name  role',
      'ada   Ada           student',
      'bert  Ada           teacher  must choose a password',
      'carl  Ada           student  disabled',
    ]);
    expect(await listAccounts(ask('/accounts', { accounts: [] }))).toEqual(['There are no accounts.']);
  });

  it('the first administrator of which is made by a link, or by the command that is named', async () => {
    const lines = await firstAdmin(ask('/figures', { origin: 'http://localhost:10086' }));
    expect(lines).toContain('  http://localhost:10086/first-admin#T0KEN');
    expect(lines.at(-1)).toContain('account add NAME --role admin');
  });
});

describe('a price list', () => {
  it('that is not there, or none, is told in a line', () => {
    expect(() => readPrices(path.join(folder, 'none.json'))).toThrow(CommandError);
    expect(() => readPrices(path.join(folder, 'none.json'))).toThrow(/none\.json: no such file$/);
    expect(() => readPrices(file('text.json', 'prices'))).toThrow(/text\.json is not a price list/);
    expect(() => readPrices(file('empty.json', '{}'))).toThrow(/empty\.json is not a price list/);
  });
});
