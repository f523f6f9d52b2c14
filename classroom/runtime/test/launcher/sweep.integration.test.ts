import { existsSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import type { LayerName } from '@rowhouse/classroom-protocol';
import { readState, writeState } from '../../src/launcher/state-file.ts';
import { removeGroup } from '../../src/launcher/groups/tree.ts';
import { sweep } from '../../src/launcher/sweep.ts';
import { createProcesses } from '../../src/launcher/processes.ts';
import { groupsOf, hasRooms, instance, isRoot, makeFolder, startTestLauncher, UID_BASE } from './support/launcher.ts';

const NAMELESS: readonly LayerName[] = ['user-namespace'];
const GROUPLESS: readonly LayerName[] = ['user-namespace', 'cgroup-memory', 'cgroup-pids', 'cgroup-cpu'];

const living = (pid: number): boolean => {
  try {
    return !/^State:\s+[ZX]/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
};

describe.skipIf(!hasRooms)('after a launcher was killed', () => {
  it.each([
    ['rooms end with it, and the next of its data folder removes their cgroups, on whatever port', [], instance + 1],
    ['the next ends rooms without namespaces by their cgroups', NAMELESS, instance],
    ['the next ends rooms without cgroups too by their users', GROUPLESS, instance],
  ] as const)('%s', async (_name, withoutLayers, next) => {
    const folder = makeFolder();
    const settings = { withoutLayers: [...withoutLayers] };
    const first = await startTestLauncher({ folder, keepFolder: true, settings });
    const room = await first.room('anna', UID_BASE + 1);
    // Two that leave the tree of processes as far as they can.
    const code = `
import os, time
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        say(inner=os.getpid())
        time.sleep(300)
    os._exit(0)
say(inner=os.getpid())
time.sleep(300)`;
    room.ask({ fork: code });
    const { forked } = await room.next();
    await first.client.place('anna', 1, Number(forked));
    room.ask({ go: true });
    const inner = [await room.next(), await room.next()].map((said) => Number(said['inner']));
    const outer = withoutLayers.length > 0 ? [room.pid, ...inner] : [room.pid];
    expect(outer.every(living)).toBe(true);
    const launcherPid = first.supervisor.status()[0]?.pid ?? 0;
    expect(launcherPid).toBeGreaterThan(1);
    process.kill(launcherPid, 'SIGKILL');
    await expect.poll(() => living(launcherPid)).toBe(false);
    if (withoutLayers.length > 0) expect(inner.every(living)).toBe(true);
    await first.stop();

    if (next !== instance) {
      // One is gone already: the others are removed all the same.
      const [gone = ''] = groupsOf(instance).split('\n');
      // Its processes end with the launcher, on a busy machine not at once.
      await vi.waitFor(() => expect(removeGroup(gone)).toBe(true), { timeout: 10_000 });
      expect(groupsOf(instance)).not.toBe('');
    }

    const second = await startTestLauncher({ folder, settings: { ...settings, instance: next } });
    if (next !== instance) expect(groupsOf(instance)).toBe('');
    const swept = second.ready['swept'] as { rooms: number; processes: number; groups: number };
    expect(outer.filter(living)).toEqual([]);
    if (withoutLayers.length > 0) expect(swept.processes).toBeGreaterThanOrEqual(2);
    const again = await second.room('anna', UID_BASE + 1);
    expect(again.hello['ready']).toBe(true);
    await second.stop();
    await expect.poll(() => groupsOf(second.settings.instance)).toBe('');
  });

  it('rooms of another classroom go on, whose students have the same users', async () => {
    const other = await startTestLauncher({ settings: { instance: instance + 2 } });
    const room = await other.room('berta', UID_BASE + 1);
    room.ask({ fork: 'import time\nsay(runs=True)\ntime.sleep(300)' });
    const { forked } = await room.next();
    room.ask({ go: true });
    expect(await room.next()).toEqual({ runs: true });

    const folder = makeFolder();
    const settings = { withoutLayers: [...GROUPLESS] };
    const first = await startTestLauncher({ folder, keepFolder: true, settings });
    const { pid } = await first.room('anna', UID_BASE + 1);
    process.kill(first.supervisor.status()[0]?.pid ?? 0, 'SIGKILL');
    await first.stop();
    const second = await startTestLauncher({ folder, settings });
    const again = await second.room('anna', UID_BASE + 1);
    await second.client.close('anna');
    expect([pid, again.pid].filter(living)).toEqual([]);
    await second.stop();

    expect(living(room.pid)).toBe(true);
    room.ask({ run: `import os\nsay(runs=os.path.exists('/proc/${Number(forked)}'))` });
    expect(await room.next()).toEqual({ runs: true });
    expect(other.events).toEqual([]);
    await other.stop();
  });
});

describe.skipIf(!isRoot)('sweep', () => {
  const processes = createProcesses();
  const ownTicks = processes.table.stat(process.ppid)?.startTicks ?? 0;
  const state = (bootId: string, startTicks: number) => ({
    bootId,
    launcher: { pid: process.pid, startTicks: 1 },
    groups: ['/sys/fs/cgroup/memory', '/sys/fs/cgroup/pids/../pids'],
    rooms: [{ room: 'anna', uid: null, processes: [{ pid: process.ppid, startTicks }] }],
  });

  it('touches nothing of another boot, none whose start time is another, no group of another name, and no parent', async () => {
    const nothing = { rooms: 0, processes: 0, groups: 0 };
    expect(await sweep(state('another', ownTicks), 1, processes)).toEqual(nothing);
    expect(await sweep(state(processes.table.bootId ?? '', ownTicks + 1), 1, processes)).toEqual(nothing);
    expect(await sweep(undefined, 1, processes)).toEqual(nothing);
    expect(living(process.ppid)).toBe(true);
    expect(existsSync('/sys/fs/cgroup')).toBe(true);
  });

  it('reads only a state that a launcher wrote', () => {
    const folder = makeFolder();
    const file = path.join(folder, 'state.json');
    expect(readState(file)).toBeUndefined();
    const whole = state('boot', 7);
    writeState(file, whole);
    expect(readState(file)).toEqual(whole);
    writeState(file, { ...whole, rooms: [{ room: 'x', uid: 0, processes: [] }] });
    expect(readState(file)).toBeUndefined();
    rmSync(folder, { recursive: true });
  });
});
