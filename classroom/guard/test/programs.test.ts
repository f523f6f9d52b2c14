import { HOSTILE_FOLDER, HOSTILE_PROGRAMS } from '@rowhouse/classroom-guard';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';

const names = HOSTILE_PROGRAMS.map(({ name }) => name);

test('there are at least 60 hostile programs, each in the table once', () => {
  const files = readdirSync(HOSTILE_FOLDER)
    .filter((file) => file.endsWith('.py') && file !== 'attempt.py')
    .map((file) => path.basename(file, '.py'));
  expect(names.length).toBeGreaterThanOrEqual(60);
  expect(names.toSorted()).toEqual(files.toSorted());
});

test.each(names)('%s says in its first line what it tries', (name) => {
  expect(readFileSync(path.join(HOSTILE_FOLDER, `${name}.py`), 'utf8')).toMatch(/^"""[A-Z].{10,}\."""\n/);
});
