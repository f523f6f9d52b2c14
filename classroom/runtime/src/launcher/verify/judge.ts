import { type Layer, type LayerName, type Layers, layerNameSchema } from '@rowhouse/classroom-protocol';
import type { AttackReport, Witnessed } from './report.ts';

/** What the walls are made of here. */
export interface Means {
  /** Why there is none; `undefined`: rooms are made with bubblewrap. */
  readonly noBubblewrap: string | undefined;
  readonly ownUids: boolean;
  readonly groupsVersion: 1 | 2 | undefined;
  readonly swapHeld: boolean;
  readonly triedProcesses: number;
  readonly triedMemoryBytes: number;
}

const enforced = (detail: string): Layer => ({ state: 'enforced', detail });
const degraded = (detail: string): Layer => ({ state: 'degraded', detail });
const absent = (detail: string): Layer => ({ state: 'absent', detail });

/** All absent, for one reason. */
export function noLayers(reason: string): Layers {
  return Object.fromEntries(layerNameSchema.options.map((name) => [name, absent(reason)])) as Layers;
}

/** Two processes of a run against the host: without groups it would get a third, with groups half or more. */
const HOST_SHARE = 0.43;

const HELD: Readonly<Record<LayerName, string>> = {
  'mount-namespace': 'A room sees only the system, read-only, and its own files.',
  'pid-namespace': 'A room sees only its own processes.',
  'network-namespace': 'A room has a network of its own, with nothing in it.',
  'ipc-namespace': 'Shared memory of others cannot be seen.',
  'uts-namespace': "The machine's name cannot be seen.",
  'user-namespace': 'Every room has users of its own, and can make no further namespace.',
  'own-uid': 'Every student has a system user of their own, who cannot read the files of another.',
  'cgroup-memory': 'A run that takes more memory than it may is ended, and nothing else is.',
  'cgroup-pids': 'A run cannot start more processes than it may.',
  'cgroup-cpu': 'A run that computes without end does not keep others from their share.',
  rlimits: 'A process cannot write larger or open more files than it may.',
  seccomp: 'System calls that attacks on the kernel begin with are refused.',
  landlock: 'Only the files that a room needs can be opened, even of those that it sees.',
  'no-new-privileges': 'No program gives a room more rights than it has.',
  'empty-environment': 'Nothing of the environment of the server reaches a room.',
  'no-inherited-descriptors': 'No open file or connection of the server reaches a room.',
};

/** Judges every wall by what came through it. */
export function judge(report: AttackReport, seen: Witnessed, means: Means): Layers {
  const one = (name: LayerName): Layer => {
    const group = judgeGroup(name, report, seen, means);
    if (group !== undefined) return group;
    const tried = report.attempts.filter(([layer]) => layer === name);
    const through = tried.filter(([, , succeeded]) => succeeded === true).map(([, attempt]) => attempt);
    if (name === 'network-namespace' && seen.datagramArrived) through.push('send a datagram to the machine');
    const [first] = through;
    if (first !== undefined) return failed(name, through, tried.length, means);
    return tried.some(([, , succeeded]) => succeeded === false)
      ? enforced(HELD[name])
      : absent('It could not be tried.');
  };
  return Object.fromEntries(layerNameSchema.options.map((name) => [name, one(name)])) as Layers;
}

function failed(name: LayerName, through: readonly string[], tried: number, means: Means): Layer {
  if (name === 'own-uid' && !means.ownUids) return absent('All rooms run as the same system user.');
  if (name.endsWith('-namespace') && means.noBubblewrap !== undefined) return absent(sentence(means.noBubblewrap));
  const what = `A room could ${through.slice(0, 3).join(', ')}.`;
  // A filter that lets one call of many through is worth something; a namespace that does not hold is none.
  return name === 'seccomp' && through.length * 2 < tried ? degraded(what) : absent(what);
}

function judgeGroup(name: LayerName, { groups }: AttackReport, seen: Witnessed, means: Means): Layer | undefined {
  if (name !== 'cgroup-memory' && name !== 'cgroup-pids' && name !== 'cgroup-cpu') return undefined;
  if (means.groupsVersion === undefined) return absent('No cgroup controller can be used here.');
  if (groups === null || !groups.placed) return absent('It could not be tried.');
  const version = `cgroup v${means.groupsVersion}`;
  if (name === 'cgroup-pids') {
    return groups.processes < means.triedProcesses
      ? enforced(HELD[name])
      : absent(`A run could start ${groups.processes} processes (${version}).`);
  }
  if (name === 'cgroup-cpu') {
    const percent = Math.round(groups.shareOfHost * 100);
    return groups.shareOfHost >= HOST_SHARE
      ? enforced(HELD[name])
      : absent(`A computing run left its host ${percent} % of a processor (${version}).`);
  }
  const held = groups.heldMib * 1024 * 1024 < means.triedMemoryBytes && groups.killed && seen.oomKilled;
  if (!held) return absent(`A run could hold ${groups.heldMib} MB (${version}).`);
  return means.swapHeld
    ? enforced(HELD[name])
    : degraded('What a run has beyond its memory goes to swap instead of ending it.');
}

const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
