import path from 'node:path';
import type { OwnGroup } from './mounts.ts';
import {
  addProcess,
  field,
  groupsIn,
  type Hierarchy,
  makeGroup,
  noSwap,
  processesIn,
  readText,
  removeGroup,
  roomFolder,
  tryWrite,
} from './tree.ts';
import type { Controller, GroupLimits, Groups } from './types.ts';

type V1Controller = Controller | 'cpuacct';
const SHARES = 1024;

/** Version 1: a hierarchy for each controller, or for several together. @returns `undefined` when none can be used */
export function openV1(own: readonly OwnGroup[], name: string, wanted: readonly Controller[]): Groups | undefined {
  const usable = new Map<V1Controller, Hierarchy>();
  for (const controller of [...wanted, 'cpuacct'] as const) {
    const group = own.find((found) => found.version === 1 && found.controllers.includes(controller));
    if (group === undefined) continue;
    const root = path.join(group.folder, name);
    if (canUse(root, controller)) usable.set(controller, { root });
    else removeGroup(root);
  }
  const hierarchies = [...new Map([...usable.values()].map((found) => [found.root, found])).values()];
  const [first] = hierarchies;
  if (first === undefined) return undefined;
  const memoryRoot = usable.get('memory')?.root;

  const file = (controller: V1Controller, knob: string, room: string, leaf?: string): string | undefined => {
    const hierarchy = usable.get(controller);
    return hierarchy && path.join(roomFolder(hierarchy, room, leaf), knob);
  };
  const read = (controller: V1Controller, knob: string, room: string, leaf?: string): string => {
    const found = file(controller, knob, room, leaf);
    return found === undefined ? '' : readText(found);
  };
  const write = (controller: V1Controller, knob: string, value: number, room: string, leaf?: string): void => {
    const found = file(controller, knob, room, leaf);
    if (found !== undefined) tryWrite(found, String(value));
  };

  const limit = (limits: GroupLimits, room: string, leaf?: string): void => {
    if (limits.memoryBytes !== undefined) {
      write('memory', 'memory.limit_in_bytes', limits.memoryBytes, room, leaf);
      // Together with swap: otherwise the limit only moves what is over it to the disk.
      write('memory', 'memory.memsw.limit_in_bytes', limits.memoryBytes, room, leaf);
    }
    if (limits.processes !== undefined) write('pids', 'pids.max', limits.processes, room, leaf);
    if (limits.cpuFactor !== undefined) write('cpu', 'cpu.shares', Math.round(SHARES * limits.cpuFactor), room, leaf);
  };

  const oomKilled = (room: string, leaf: string): boolean =>
    (field(read('memory', 'memory.oom_control', room, leaf), 'oom_kill') ?? 0) > 0;

  const create = (limits: GroupLimits, room: string, leaf?: string): void => {
    for (const hierarchy of hierarchies) makeGroup(roomFolder(hierarchy, room, leaf));
    limit(limits, room, leaf);
  };

  return {
    version: 1,
    controllers: new Set((['memory', 'pids', 'cpu'] as const).filter((controller) => usable.has(controller))),
    swapHeld:
      memoryRoot !== undefined && (readText(path.join(memoryRoot, 'memory.memsw.limit_in_bytes')) !== '' || noSwap()),
    endsWholeRuns: !usable.has('memory'),
    roots: hierarchies.map((hierarchy) => hierarchy.root),
    createRoom: (room, limits) => create(limits, room),
    createLeaf: (room, leaf, limits) => create(limits, room, leaf),
    enter(room, leaf, pid) {
      for (const hierarchy of hierarchies) addProcess(roomFolder(hierarchy, room, leaf), pid);
    },
    expel(pid) {
      for (const hierarchy of hierarchies)
        tryWrite(path.join(path.dirname(hierarchy.root), 'cgroup.procs'), String(pid));
    },
    has: (room, leaf) => groupsIn(roomFolder(first, room)).includes(leaf),
    leaves: (room) => groupsIn(roomFolder(first, room)),
    pids: (room, leaf) => processesIn(roomFolder(first, room, leaf)),
    kill(room, leaf) {
      for (const one of leaf === undefined ? [...groupsIn(roomFolder(first, room)), undefined] : [leaf])
        write('pids', 'pids.max', 0, room, one);
    },
    facts(room, leaf) {
      const peak = read('memory', 'memory.max_usage_in_bytes', room, leaf);
      const cpu = read('cpuacct', 'cpuacct.usage', room, leaf);
      return {
        oomKilled: oomKilled(room, leaf),
        pidsRefused: field(read('pids', 'pids.events', room, leaf), 'max') ?? 0,
        cpuMs: cpu === '' ? null : Number(cpu) / 1e6,
        peakMemoryBytes: peak === '' ? null : Number(peak),
      };
    },
    oomKilled,
    cpuMs(room) {
      const cpu = read('cpuacct', 'cpuacct.usage', room);
      return cpu === '' ? null : Number(cpu) / 1e6;
    },
    remove: (room, leaf) =>
      hierarchies.map((hierarchy) => removeGroup(roomFolder(hierarchy, room, leaf))).every(Boolean),
    removeAll: () => hierarchies.map((hierarchy) => removeGroup(hierarchy.root)).every(Boolean),
  };
}

const KNOB: Readonly<Record<V1Controller, string>> = {
  memory: 'memory.limit_in_bytes',
  pids: 'pids.max',
  cpu: 'cpu.shares',
  cpuacct: 'cpuacct.usage',
};

/** Makes our group in the hierarchy and sees whether its limits are ours to set. */
function canUse(root: string, controller: V1Controller): boolean {
  try {
    makeGroup(root);
  } catch {
    return false;
  }
  const file = path.join(root, KNOB[controller]);
  const value = readText(file).trim();
  if (value === '') return false;
  if (controller === 'memory') tryWrite(path.join(root, 'memory.use_hierarchy'), '1');
  return controller === 'cpuacct' || tryWrite(file, controller === 'memory' ? '-1' : value);
}
