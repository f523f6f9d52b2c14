import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { type OwnGroup, ownGroups } from '../../src/launcher/groups/mounts.ts';
import { addProcess, makeGroup, processesIn, removeGroup } from '../../src/launcher/groups/tree.ts';
import type { Controller, Groups } from '../../src/launcher/groups/types.ts';
import { openV1 } from '../../src/launcher/groups/v1.ts';
import { openV2 } from '../../src/launcher/groups/v2.ts';
import { isRoot } from './support/launcher.ts';

const NAME = `rowhouse-classroom-test-${process.pid}`;
const own: readonly OwnGroup[] = isRoot
  ? ownGroups(readFileSync('/proc/self/mountinfo', 'utf8'), readFileSync('/proc/self/cgroup', 'utf8'))
  : [];
const v2 = own.find((group) => group.version === 2);
/** On a machine with both versions, the second may have only a controller that rooms do not use: it does for these tests. */
const inV2 =
  v2 === undefined
    ? []
    : readFileSync(path.join(v2.folder, 'cgroup.controllers'), 'utf8').trim().split(' ').slice(0, 3);
const hasV1 = own.some((group) => group.version === 1 && group.controllers.includes('memory'));
const MIB = 1024 * 1024;

let groups: Groups | undefined;
const children: ChildProcess[] = [];
const sleeper = (): number => {
  const child = spawn('sleep', ['60'], { stdio: 'ignore' });
  children.push(child);
  return child.pid ?? 0;
};

afterEach(async () => {
  for (const child of children.splice(0)) {
    child.kill('SIGKILL');
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  }
  await vi.waitFor(() => expect(groups?.removeAll() ?? true).toBe(true), { timeout: 15_000 });
});

const lifeOfARun = (opened: Groups): void => {
  opened.createRoom('anna', { memoryBytes: 64 * MIB, processes: 20 });
  opened.createLeaf('anna', 'host', { processes: 16, cpuFactor: 10 });
  opened.createLeaf('anna', 'run-1', { memoryBytes: 32 * MIB, processes: 4 });
  expect(opened.leaves('anna').toSorted()).toEqual(['host', 'run-1']);
  expect(opened.has('anna', 'run-1')).toBe(true);
  expect(opened.has('anna', 'run-2')).toBe(false);
  const [host, run] = [sleeper(), sleeper()];
  opened.enter('anna', 'host', host);
  opened.enter('anna', 'run-1', run);
  expect(opened.pids('anna', 'run-1')).toEqual([run]);
  expect(new Set(opened.pids('anna'))).toEqual(new Set([host, run]));
  expect(opened.remove('anna', 'run-1')).toBe(false);
  expect(opened.facts('anna', 'run-1')).toMatchObject({ oomKilled: false, pidsRefused: 0 });
  expect(opened.facts('anna', 'run-1').cpuMs).toBeLessThan(1000);
  expect(opened.cpuMs('anna')).toBeLessThan(1000);
};

describe.skipIf(!hasV1)('cgroups of version 1', () => {
  it('hold, limit and count rooms and runs', async () => {
    groups = openV1(own, NAME, ['memory', 'pids', 'cpu']);
    if (!groups) throw new Error('no controller can be used');
    lifeOfARun(groups);
    const memory = groups.roots.find((root) => existsSync(path.join(root, 'memory.limit_in_bytes')));
    const limit = readFileSync(path.join(memory ?? '', 'room-anna/run-1/memory.limit_in_bytes'), 'utf8');
    expect(Number(limit)).toBe(32 * MIB);
    groups.kill('anna', 'run-1');
    const pids = groups.roots.find((root) => existsSync(path.join(root, 'room-anna/run-1/pids.max')));
    expect(readFileSync(path.join(pids ?? '', 'room-anna/run-1/pids.max'), 'utf8')).toBe('0\n');
  });

  it('lets go of a process that is not ours', async () => {
    groups = openV1(own, NAME, ['memory', 'pids', 'cpu']);
    groups?.createRoom('anna', {});
    groups?.createLeaf('anna', 'run-1', {});
    const pid = sleeper();
    groups?.enter('anna', 'run-1', pid);
    groups?.expel(pid);
    expect(groups?.pids('anna')).toEqual([]);
    expect(readFileSync(`/proc/${pid}/cgroup`, 'utf8')).not.toContain(NAME);
  });
});

describe.skipIf(inV2.length === 0 || inV2[0] === '')('cgroups of version 2', () => {
  it('hold and count rooms and runs, and end a run at once', async () => {
    groups = openV2(own, NAME, inV2 as readonly string[] as readonly Controller[]);
    if (!groups) throw new Error('no controller can be used');
    lifeOfARun(groups);
    const [run] = groups.pids('anna', 'run-1');
    const child = children.find((one) => one.pid === run);
    if (!child) throw new Error('the run is not there');
    const ended = once(child, 'exit');
    groups.kill('anna', 'run-1');
    expect(await ended).toEqual([null, 'SIGKILL']);
    await expect.poll(() => groups?.remove('anna', 'run-1')).toBe(true);
    expect(groups.pids('anna')).toHaveLength(1);
    groups.kill('anna');
    await expect.poll(() => groups?.remove('anna')).toBe(true);
  });

  it('move aside who stands in their way, and room is made for others then', async () => {
    const wanted = inV2 as readonly string[] as readonly Controller[];
    openV2(own, NAME, wanted)?.removeAll(); // what is above hands its controllers down
    const base = path.join(v2?.folder ?? '', `rowhouse-base-${process.pid}`);
    makeGroup(base);
    try {
      const standing = [sleeper(), sleeper()];
      for (const pid of standing) addProcess(base, pid);
      groups = openV2([{ version: 2, controllers: [], folder: base }], NAME, wanted);
      expect([...(groups?.controllers ?? [])]).toEqual(wanted);
      expect(readFileSync(path.join(base, 'cgroup.procs'), 'utf8')).toBe('');
      expect(new Set(processesIn(path.join(base, `${NAME}-servers`)))).toEqual(new Set(standing));
      groups?.createRoom('anna', {});
      groups?.createLeaf('anna', 'run-1', {});
      groups?.enter('anna', 'run-1', standing[0] ?? 0);
      expect(groups?.pids('anna')).toEqual([standing[0]]);
      groups?.expel(standing[0] ?? 0);
      expect(groups?.pids('anna')).toEqual([]);
      for (const child of children) child.kill('SIGKILL');
    } finally {
      await expect.poll(() => removeGroup(base), { timeout: 15_000 }).toBe(true);
    }
  });
});

it('a group that is gone holds nothing', () => {
  expect(processesIn('/sys/fs/cgroup/no-such-group')).toEqual([]);
});
