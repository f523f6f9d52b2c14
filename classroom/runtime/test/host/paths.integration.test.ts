import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Host, hasPython, openHost } from './host.ts';

describe.skipIf(!hasPython)('what runs find installed', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'packages-'));
  const more = path.join(folder, 'more');
  let plain: Host;
  let host: Host;
  beforeAll(async () => {
    mkdirSync(more);
    writeFileSync(path.join(folder, 'direct.py'), 'name = "direct"');
    writeFileSync(path.join(more, 'linked.py'), 'name = "linked"');
    writeFileSync(path.join(folder, 'a.pth'), `${more}\nimport sys; sys.by_path_file = True\nimport nonsense\n`);
    plain = await openHost();
    host = await openHost({ environment: { ROWHOUSE_PATHS: folder } });
  });
  afterAll(async () => {
    await Promise.all([plain.close(), host.close()]);
    rmSync(folder, { recursive: true });
  });

  it('is what is in the folders of packages, and at need what their path files name', async () => {
    const run = await host.run(`import sys
import direct, subprocess
print(direct.name, hasattr(sys, "by_path_file"))
import linked
print(linked.name, sys.by_path_file)
try:
  import missing
except ModuleNotFoundError as error:
  print(error, error.name)`);
    expect(run.text()).toBe("direct False\nlinked True\nNo module named 'missing' missing\n");
  });

  it('is nothing that a room holds before it is asked for', async () => {
    const run = await plain.run(
      'import sys\nprint([name for name in ("collections", "ctypes", "functools", "re", "site", "ast", "_ast", "codeop", "types") if name in sys.modules])',
    );
    expect(run.text()).toBe('[]\n');
  });

  it('leaves an interpreter what else programs expect of it', async () => {
    const run = await plain.run('print(exit, quit, copyright is not None, help)\nlicense, credits\nexit(3)');
    expect(run.text(1)).toMatch(/^Use exit\(\) .* True Type help\(\)/);
    expect(run.exit.code).toBe(3);
    const imported = await plain.run(
      'import ctypes, collections, types, struct\nprint(ctypes.CDLL(None).getpid() > 0)',
    );
    expect(imported.text()).toBe('True\n');
  });

  it('is numpy and matplotlib, where they are', async () => {
    const run = await plain.run(`import importlib.util
if importlib.util.find_spec("matplotlib"):
  import numpy, matplotlib.pyplot
  from mpl_toolkits.mplot3d import Axes3D
print("done")`);
    expect(run.text()).toBe('done\n');
  });
});
