import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, chownSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { LayerName, Layers } from '@rowhouse/classroom-protocol';
import { describe, expect, it } from 'vitest';
import { hasRooms, makeFolder, ORDINARY, startTestLauncher, type TestLauncher, UID_BASE } from './support/launcher.ts';

const living = (pid: number): boolean => {
  try {
    return !/^State:\s+[ZX]/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
};

const statesOf = (launcher: TestLauncher): Record<string, readonly string[]> => {
  const states: Record<string, string[]> = { enforced: [], degraded: [], absent: [] };
  for (const [name, layer] of Object.entries(launcher.ready['layers'] as Layers)) states[layer.state]?.push(name);
  return states;
};

const ESCAPE = `
import os, time
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        say(inner=os.getpid())
        time.sleep(300)
    os._exit(0)
say(inner=os.getpid())
time.sleep(300)`;

/** As this user the program can be read and started. */
const canBeOrdinary = (): boolean => {
  try {
    const id = ['--reuid', String(ORDINARY.uid), '--regid', String(ORDINARY.gid), '--clear-groups'];
    execFileSync('setpriv', [...id, process.execPath, '--import', import.meta.resolve('tsx'), '--eval', ''], {
      stdio: 'ignore',
    });
    return true;
  } catch {
    return false;
  }
};

describe.skipIf(!hasRooms)('rooms with fewer walls', () => {
  it.each([
    ['without namespaces', ['user-namespace']],
    ['without namespaces and cgroups', ['user-namespace', 'cgroup-memory', 'cgroup-pids', 'cgroup-cpu']],
  ] as [string, LayerName[]][])('%s: they work, say so, and leave nothing', async (_name, withoutLayers) => {
    const launcher = await startTestLauncher({ settings: { withoutLayers } });
    expect(statesOf(launcher)['enforced']).toEqual(
      expect.arrayContaining(['own-uid', 'rlimits', 'seccomp', 'landlock', 'no-new-privileges']),
    );
    const room = await launcher.room('anna', UID_BASE + 1);
    expect(room.hello).toMatchObject({
      uid: UID_BASE + 1,
      cwd: path.join(launcher.settings.dataFolder, 'workspaces', 'anna'),
    });
    room.ask({ fork: ESCAPE });
    const { forked } = await room.next();
    await launcher.client.place('anna', 1, Number(forked));
    room.ask({ go: true });
    const pids = [await room.next(), await room.next()].map((said) => Number(said['inner']));
    expect(pids.every(living)).toBe(true);
    await launcher.client.close('anna');
    expect([...pids, room.pid].filter(living)).toEqual([]);
    await launcher.stop();
  });

  it('without Python: it says so, opens none, and leaves nothing', async () => {
    const launcher = await startTestLauncher({ settings: { python: '/nonexistent/python3' } });
    expect(launcher.ready['python']).toBeNull();
    expect(launcher.ready['notes']).toEqual(["/nonexistent/python3 does not run as a student's user"]);
    expect(statesOf(launcher)).toMatchObject({ enforced: [], degraded: [] });
    await expect(launcher.room('anna')).rejects.toMatchObject({ code: 'ERR_LAUNCHER_PYTHON' });
    expect(await launcher.client.usage()).toEqual([]);
    await launcher.stop();
    expect(execFileSync('find', ['/sys/fs/cgroup', '-name', `*-${launcher.settings.instance}`]).toString()).toBe('');
  });

  it.skipIf(!canBeOrdinary())(
    'as an ordinary user: all but uids of their own, and what the system keeps for root',
    async () => {
      const folder = makeFolder();
      const own = path.join(folder, 'own');
      mkdirSync(own);
      chownSync(own, ORDINARY.uid, ORDINARY.gid);
      const prefix = ['setpriv', '--reuid', String(ORDINARY.uid), '--regid', String(ORDINARY.gid), '--clear-groups'];
      const launcher = await startTestLauncher({ folder: own, prefix });
      expect(statesOf(launcher)['enforced']).toEqual(
        expect.arrayContaining(['mount-namespace', 'pid-namespace', 'network-namespace', 'user-namespace', 'seccomp']),
      );
      expect(statesOf(launcher)['absent']).toContain('own-uid');
      const room = await launcher.room('anna', UID_BASE + 1);
      expect(room.hello).toMatchObject({ pid: 1, uid: 1000 });
      expect(living(room.pid)).toBe(true);
      await launcher.client.close('anna');
      await expect.poll(() => living(room.pid)).toBe(false);
      await launcher.stop();
      execFileSync('rm', ['-r', '--', folder]);
      expect(existsSync(folder)).toBe(false);
    },
  );
});
