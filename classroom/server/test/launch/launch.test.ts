import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { layerNameSchema, type Layers } from '@rowhouse/classroom-protocol';
import { createProcessTable } from '@rowhouse/supervisor';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { folderNames, makeFolders } from '../../src/launch/folders.ts';
import { checkIsolation, isolationSummary } from '../../src/launch/isolation.ts';
import { lockFolder } from '../../src/launch/lock.ts';
import { findPython } from '../../src/launch/python.ts';

const layers = (absent: readonly string[] = [], degraded: readonly string[] = []): Layers =>
  Object.fromEntries(
    layerNameSchema.options.map((name) => [
      name,
      { state: absent.includes(name) ? 'absent' : degraded.includes(name) ? 'degraded' : 'enforced', detail: '' },
    ]),
  ) as Layers;

describe('walls', () => {
  it('lets a class in behind walls that hold', () => {
    expect(() => checkIsolation(layers(['landlock'], ['seccomp']), 38, false)).not.toThrow();
  });

  it.each(['own-uid', 'mount-namespace', 'pid-namespace'])('without %s only one student, or who says so', (name) => {
    expect(() => checkIsolation(layers([name]), 38, false)).toThrow(
      new RegExp(`absent: ${name}.*--allow-weak-isolation`),
    );
    expect(() => checkIsolation(layers([name]), 1, false)).not.toThrow();
    expect(() => checkIsolation(layers([name]), 38, true)).not.toThrow();
  });

  it('takes walls that nobody vouches for to be none', () => {
    expect(() => checkIsolation(undefined, 2, false)).toThrow('own-uid, mount-namespace, pid-namespace');
  });

  it('sums them up', () => {
    expect(isolationSummary(layers())).toBe('16 of 16 isolation layers enforced');
    expect(isolationSummary(layers(['landlock'], ['seccomp']))).toBe(
      '14 of 16 isolation layers enforced (seccomp degraded, landlock absent)',
    );
  });
});

describe('folders', () => {
  let base = '';
  beforeEach(() => {
    base = mkdtempSync(path.join(tmpdir(), 'rowhouse-launch-'));
  });
  afterEach(() => rmSync(base, { recursive: true, force: true }));

  const where = { isRoot: false, uid: 1000, runtimeFolder: undefined, dataHome: '/home/ada/.local/share' };

  it('keeps a demo away from a class, and one port from another', () => {
    const real = folderNames({ dataFolder: null, demo: false, port: 10_086 }, where);
    const demo = folderNames({ dataFolder: null, demo: true, port: 10_087 }, where);
    expect(real.data).toBe('/home/ada/.local/share/rowhouse/classroom');
    expect(demo.data).toBe('/home/ada/.local/share/rowhouse/classroom-demo');
    expect(demo.run).not.toBe(real.run);
    expect(folderNames({ dataFolder: null, demo: false, port: 1 }, { ...where, isRoot: true }).data).toBe(
      '/var/lib/rowhouse/classroom',
    );
  });

  it('keeps a room’s socket within what a socket’s path may have', () => {
    const { rooms } = folderNames({ dataFolder: '/srv', demo: false, port: 10_086 }, { ...where, isRoot: true });
    expect(`${rooms}/${'a'.repeat(32)}/room.sock`.length).toBeLessThan(108);
  });

  it('makes them for nobody but their owner', () => {
    const folders = folderNames(
      { dataFolder: path.join(base, 'data'), demo: false, port: 1 },
      { ...where, runtimeFolder: base },
    );
    makeFolders(folders, null);
    expect(statSync(folders.data).mode & 0o777).toBe(0o700);
    expect(statSync(path.dirname(folders.operatorSocket)).mode & 0o777).toBe(0o700);
    expect(() => makeFolders(folders, null)).not.toThrow();
  });

  it.skipIf(process.getuid?.() !== 0)('names a folder on the way that other users cannot pass', () => {
    const data = path.join(base, 'data');
    const folders = folderNames({ dataFolder: data, demo: false, port: 1 }, { ...where, runtimeFolder: base });
    expect(() => makeFolders(folders, { uid: 1, gid: 1 })).toThrow(`chmod o+x ${base}`);
    chmodSync(base, 0o711);
    expect(() => makeFolders(folders, { uid: 1, gid: 1 })).not.toThrow();
  });

  it('refuses one that is a file', () => {
    const data = path.join(base, 'data');
    writeFileSync(data, '');
    const folders = folderNames({ dataFolder: data, demo: false, port: 1 }, { ...where, runtimeFolder: base });
    expect(() => makeFolders(folders, null)).toThrow(data);
  });

  it('lets only one classroom have a data folder, until its process has ended', () => {
    const table = createProcessTable();
    const boot = table.bootId;
    const ticks = table.stat(process.ppid)?.startTicks;
    writeFileSync(path.join(base, 'lock.json'), JSON.stringify({ pid: process.ppid, ticks, boot }));
    expect(() => lockFolder(base)).toThrow(`process ${process.ppid}`);
    writeFileSync(path.join(base, 'lock.json'), JSON.stringify({ pid: process.ppid, ticks: 1, boot }));
    const unlock = lockFolder(base);
    expect(JSON.parse(readFileSync(path.join(base, 'lock.json'), 'utf8'))).toMatchObject({ pid: process.pid });
    unlock();
    writeFileSync(path.join(base, 'lock.json'), 'not JSON');
    lockFolder(base)();
  });
});

describe('Python', () => {
  it('is named by its file, or by what it lacks', async () => {
    await expect(findPython('/nowhere/python3')).rejects.toThrow('/nowhere/python3 cannot be started');
    await expect(findPython('/bin/true')).rejects.toThrow('install python3');
  });
});
