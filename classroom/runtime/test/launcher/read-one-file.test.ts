import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { readOneFile } from '../../src/launcher/read-one-file.ts';

const MOST_BYTES = 100;
let folder = '';
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'rowhouse-one-file-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const read = (where = folder) => readOneFile(where, /^list-\d+\.json$/, MOST_BYTES);
const inFolder = (name: string) => path.join(folder, name);

it('reads the one file that is meant, up to its last byte', () => {
  writeFileSync(inFolder('other.json'), 'other');
  writeFileSync(inFolder('list-1.json'), 'x'.repeat(MOST_BYTES));
  expect(read()).toEqual({ name: 'list-1.json', content: Buffer.from('x'.repeat(MOST_BYTES)) });
});

it('reads nothing that is too large', () => {
  writeFileSync(inFolder('list-1.json'), 'x'.repeat(MOST_BYTES + 1));
  expect(read()).toBeUndefined();
});

it('follows no link, neither of the file nor of the folder', () => {
  symlinkSync('/etc/passwd', inFolder('list-1.json'));
  expect(read()).toBeUndefined();
  mkdirSync(inFolder('real'));
  writeFileSync(inFolder('real/list-1.json'), 'secret');
  symlinkSync(inFolder('real'), inFolder('link'));
  expect(read(inFolder('link'))).toBeUndefined();
});

it('waits for no pipe, and takes no folder', () => {
  execFileSync('mkfifo', [inFolder('list-1.json')]);
  expect(read()).toBeUndefined();
  rmSync(inFolder('list-1.json'));
  mkdirSync(inFolder('list-2.json'));
  expect(read()).toBeUndefined();
  expect(read(inFolder('nowhere'))).toBeUndefined();
});
