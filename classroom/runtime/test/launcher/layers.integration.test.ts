import path from 'node:path';
import { guardObstacle, runGuarded } from '@rowhouse/classroom-guard';
import { type LayerName, layerNameSchema, type Layers } from '@rowhouse/classroom-protocol';
import { beforeAll, describe, expect, it } from 'vitest';
import { hasRooms } from './support/launcher.ts';

const ROOT = path.resolve(import.meta.dirname, '../../../..');
const PROGRAM = path.join(import.meta.dirname, 'support/layers-without.ts');
const MIB = 2 ** 20;

// Each wall alone: its attack succeeds without it, so it was this wall that had held, and the others hold still.
const ALONE = [
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
] as const;
const TRIED: readonly (readonly LayerName[])[] = [
  [],
  ...ALONE.map(([name]) => [name]),
  ['user-namespace'],
  ['no-new-privileges'],
  ['user-namespace', 'no-new-privileges'],
];

const absentIn = (layers: Layers): readonly string[] =>
  layerNameSchema.options.filter((name) => layers[name].state === 'absent');

describe.skipIf(!hasRooms || guardObstacle() !== undefined)('the walls of a room, as they are tried at start', () => {
  let found: readonly Layers[];
  const layersWithout = (...names: LayerName[]): Layers => {
    const layers = found[TRIED.findIndex((tried) => tried.join() === names.join())];
    if (layers === undefined) throw new Error(`it was not tried without ${names.join()}`);
    return layers;
  };

  // All of it behind walls of the test's own: an attack that succeeds ends there.
  beforeAll(async () => {
    const { exitCode, stdout, stderr } = await runGuarded(
      process.execPath,
      ['--conditions=source', '--import', import.meta.resolve('tsx'), PROGRAM, JSON.stringify(TRIED)],
      { mounts: [ROOT], writable: { '/var/lib': 64 * MIB }, wallMs: 170_000 },
    );
    expect(stderr).toBe('');
    expect(exitCode).toBe(0);
    found = JSON.parse(stdout) as Layers[];
  }, 180_000);

  it('all hold', () => {
    const layers = layersWithout();
    expect(Object.entries(layers).filter(([, layer]) => layer.state !== 'enforced')).toEqual([]);
  });

  it.each(ALONE)('%s keeps off what succeeds without it', (name, succeeded) => {
    const layers = layersWithout(name);
    expect(absentIn(layers)).toEqual([name]);
    expect(layers[name].detail).toContain(succeeded);
  });

  it('user-namespace holds up the other namespaces: without it, there are none', () => {
    const layers = layersWithout('user-namespace');
    expect(absentIn(layers)).toEqual(layerNameSchema.options.filter((name) => name.endsWith('-namespace')));
  });

  it('no-new-privileges keeps a set-uid program from working; bubblewrap sees to it as well', () => {
    const layers = layersWithout('user-namespace', 'no-new-privileges');
    expect(layers['no-new-privileges'].detail).toContain('set-uid');
    expect(layers['no-new-privileges'].state).toBe('absent');
    expect(layersWithout('no-new-privileges')['no-new-privileges'].state).toBe('enforced');
  });
});
