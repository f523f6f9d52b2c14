import { rmSync } from 'node:fs';
import path from 'node:path';
import { DEFAULT_LIMITS, type LayerName, layerNameSchema, type Layers } from '@rowhouse/classroom-protocol';
import { describe, expect, it } from 'vitest';
import { removeGroup } from '../../src/launcher/groups/tree.ts';
import { type Launcher, startLauncher } from '../../src/launcher/launcher.ts';
import { readSettings } from '../../src/launcher/settings.ts';
import { groupsOf, hasRooms, makeFolder, UID_BASE } from './support/launcher.ts';

const instance = 60_001 + (process.pid % 5000);

/** What a launcher finds out about its walls when some are left out. */
async function layersWithout(...withoutLayers: LayerName[]): Promise<Layers> {
  const folder = makeFolder();
  const settings = readSettings({
    socket: path.join(folder, 'launcher', 'requests.sock'),
    socketFolder: path.join(folder, 'sockets'),
    dataFolder: path.join(folder, 'data'),
    serverUid: UID_BASE + 65_000,
    serverGid: UID_BASE + 65_000,
    python: null,
    uidBase: UID_BASE,
    instance,
    limits: DEFAULT_LIMITS,
    withoutLayers,
  });
  let launcher: Launcher | undefined;
  try {
    launcher = await startLauncher({
      settings,
      programs: path.resolve(import.meta.dirname, '../../python'),
      environment: { SECRET_OF_THE_SERVER: 'in its environment' },
      onTrouble: (message, details) => expect([message, details]).toEqual([]),
    });
    return launcher.state.layers;
  } finally {
    await launcher?.stop();
    rmSync(folder, { recursive: true, force: true });
    // Of a start that failed halfway.
    for (const group of groupsOf(instance).split('\n').filter(Boolean)) removeGroup(group);
  }
}

const absentIn = (layers: Layers): readonly string[] =>
  layerNameSchema.options.filter((name) => layers[name].state === 'absent');

describe.skipIf(!hasRooms)('the walls of a room, as they are tried at start', () => {
  it('all hold', async () => {
    const layers = await layersWithout();
    expect(Object.entries(layers).filter(([, layer]) => layer.state !== 'enforced')).toEqual([]);
  });

  // Each wall alone: its attack succeeds without it, so it was this wall that had held, and the others hold still.
  it.each([
    ['mount-namespace', "could see the machine's files"],
    ['pid-namespace', "could see the launcher's process"],
    ['network-namespace', 'send a datagram to the machine'],
    ['ipc-namespace', 'could see shared memory of the machine'],
    ['uts-namespace', "could see the machine's name"],
    ['own-uid', 'the same system user'],
    ['cgroup-memory', 'could hold 64 MB'],
    ['cgroup-pids', 'could start 24 processes'],
    ['cgroup-cpu', 'left its host'],
    ['rlimits', 'could grow a file beyond its limit'],
    ['seccomp', 'could ptrace'],
    ['landlock', 'could read a file that is mounted, but not granted'],
    ['empty-environment', "could read the launcher's environment"],
    ['no-inherited-descriptors', "could use the launcher's descriptors"],
  ] as const)('%s keeps off what succeeds without it', async (name, succeeded) => {
    const layers = await layersWithout(name);
    expect(absentIn(layers)).toEqual([name]);
    expect(layers[name].detail).toContain(succeeded);
  });

  it('user-namespace holds up the other namespaces: without it, there are none', async () => {
    const layers = await layersWithout('user-namespace');
    expect(absentIn(layers)).toEqual(layerNameSchema.options.filter((name) => name.endsWith('-namespace')));
  });

  it('no-new-privileges keeps a set-uid program from working; bubblewrap sees to it as well', async () => {
    const layers = await layersWithout('user-namespace', 'no-new-privileges');
    expect(layers['no-new-privileges'].detail).toContain('set-uid');
    expect(layers['no-new-privileges'].state).toBe('absent');
    const { 'no-new-privileges': alone } = await layersWithout('no-new-privileges');
    expect(alone.state).toBe('enforced');
  });
});
