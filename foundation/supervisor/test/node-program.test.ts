import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { nodeProgram } from '../src/index.ts';

const program = new URL('fixtures/obedient.mjs', import.meta.url);

test('a program runs as its parent does, without what belongs to the parent alone', () => {
  const execArgv = ['--conditions=source', '--inspect=0', '--watch', '--watch-path=src', '--import', 'tsx'];
  const { args, command } = nodeProgram({ program, execArgv, heapMb: 96, settings: {} });
  expect(command).toBe(process.execPath);
  expect(args).toEqual([
    '--conditions=source',
    '--import',
    'tsx',
    '--max-semi-space-size=2',
    '--max-old-space-size=96',
    fileURLToPath(program),
  ]);
});

test('what is not set does not travel', () => {
  const settings = { port: 1, tls: null, spare: undefined };
  expect(nodeProgram({ program, execArgv: [], heapMb: 96, settings }).settings).toStrictEqual({ port: 1, tls: null });
});
