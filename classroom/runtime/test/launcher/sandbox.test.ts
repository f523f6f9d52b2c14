import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const PYTHON = '/usr/bin/python3';
const SANDBOX = path.resolve(import.meta.dirname, '../../python/sandbox.py');

describe.skipIf(!existsSync(PYTHON))('the first program of a room', () => {
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'rowhouse-sandbox-'));
    writeFileSync(path.join(folder, 'told.py'), 'import os, sys; print(sys.argv[1:], sorted(os.environ))');
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const policy = () => ({
    program: path.join(folder, 'told.py'),
    arguments: ['one', 'zwö'],
    environment: { PLACE: '/workspace' },
    keepEnvironment: false,
    keepStdin: false,
    rlimits: { NOFILE: 64 },
    noNewPrivileges: true,
    landlock: null,
    seccomp: false,
    closeDescriptors: true,
    required: ['rlimits'],
    endWithParent: false,
    oomScoreAdjust: 500,
    niceness: 0,
    classLink: null,
  });
  const begin = (text: string) => {
    const data = Buffer.from(text);
    const input = Buffer.concat([Buffer.from(String(data.length).padStart(8, '0')), data]);
    const { status, stdout } = spawnSync(PYTHON, ['-I', '-S', '-B', SANDBOX], { input, timeout: 20_000 });
    return { status, said: stdout.toString() };
  };

  it('becomes the program that its policy names', () => {
    const { status, said } = begin(JSON.stringify(policy()));
    expect([status, said]).toEqual([0, "['one', 'zwö'] ['LC_CTYPE', 'PLACE', 'ROWHOUSE_WALLS']\n"]);
  });

  it('takes its policy as data: what is no JSON ends the room', () => {
    const words = JSON.stringify(policy()).replaceAll('true', 'not 0').replaceAll('false', 'not 1');
    const { status, said } = begin(words);
    expect(said).toBe('');
    expect(status).not.toBe(0);
  });
});
