import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CommandError } from '../../src/commands/errors.ts';
import { addRoster } from '../../src/commands/people.ts';
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

describe('a price list', () => {
  it('that is not there, or none, is told in a line', () => {
    expect(() => readPrices(path.join(folder, 'none.json'))).toThrow(CommandError);
    expect(() => readPrices(path.join(folder, 'none.json'))).toThrow(/none\.json: no such file$/);
    expect(() => readPrices(file('text.json', 'prices'))).toThrow(/text\.json is not a price list/);
    expect(() => readPrices(file('empty.json', '{}'))).toThrow(/empty\.json is not a price list/);
  });
});
