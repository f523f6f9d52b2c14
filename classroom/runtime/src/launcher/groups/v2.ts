import { existsSync } from 'node:fs';
import path from 'node:path';
import type { OwnGroup } from './mounts.ts';
import {
  addProcess,
  field,
  groupsIn,
  makeGroup,
  noSwap,
  processesIn,
  readText,
  removeGroup,
  roomFolder,
  tryWrite,
} from './tree.ts';
import type { Controller, GroupLimits, Groups } from './types.ts';

const WEIGHT = 100;
const MOST_ROUNDS = 10;

/** Version 2: one hierarchy. @returns `undefined` when no controller can be used */
export function openV2(own: readonly OwnGroup[], name: string, wanted: readonly Controller[]): Groups | undefined {
  const group = own.find((found) => found.version === 2);
  if (group === undefined) return undefined;
  const servers = `${name}-servers`;
  // A launcher before this one has moved us aside already.
  const base = path.basename(group.folder) === servers ? path.dirname(group.folder) : group.folder;
  const root = path.join(base, name);
  const passed = passOn(base, path.join(base, servers), wanted);
  if (passed.length === 0) return undefined;
  try {
    makeGroup(root);
  } catch {
    return undefined;
  }
  const controllers = new Set(grant(root, passed));
  if (controllers.size === 0) return undefined;
  const hierarchy = { root };
  const at = (room: string, leaf: string | undefined, knob: string) =>
    path.join(roomFolder(hierarchy, room, leaf), knob);

  const limit = (limits: GroupLimits, room: string, leaf?: string): void => {
    if (limits.memoryBytes !== undefined) {
      tryWrite(at(room, leaf, 'memory.max'), String(limits.memoryBytes));
      tryWrite(at(room, leaf, 'memory.swap.max'), '0');
      // A run of which only some processes were ended would go on in a state that nobody wrote.
      if (leaf !== undefined) tryWrite(at(room, leaf, 'memory.oom.group'), '1');
    }
    if (limits.processes !== undefined) tryWrite(at(room, leaf, 'pids.max'), String(limits.processes));
    if (limits.cpuFactor !== undefined)
      tryWrite(at(room, leaf, 'cpu.weight'), String(Math.max(1, Math.round(WEIGHT * limits.cpuFactor))));
  };

  const oomKilled = (room: string, leaf: string): boolean =>
    (field(readText(at(room, leaf, 'memory.events')), 'oom_kill') ?? 0) > 0;

  return {
    version: 2,
    controllers,
    // A kernel may not count swap at all.
    swapHeld: existsSync(path.join(root, 'memory.swap.max')) || noSwap(),
    // Before Linux 4.19 there is no memory.oom.group.
    endsWholeRuns: !controllers.has('memory') || existsSync(path.join(root, 'memory.oom.group')),
    roots: [root],
    createRoom(room, limits) {
      makeGroup(roomFolder(hierarchy, room));
      limit(limits, room);
      grant(roomFolder(hierarchy, room), [...controllers]);
    },
    createLeaf(room, leaf, limits) {
      makeGroup(roomFolder(hierarchy, room, leaf));
      limit(limits, room, leaf);
    },
    enter: (room, leaf, pid) => addProcess(roomFolder(hierarchy, room, leaf), pid),
    expel(pid) {
      const places = [base, path.join(base, servers)];
      places.some((place) => tryWrite(path.join(place, 'cgroup.procs'), String(pid)));
    },
    has: (room, leaf) => groupsIn(roomFolder(hierarchy, room)).includes(leaf),
    leaves: (room) => groupsIn(roomFolder(hierarchy, room)),
    pids: (room, leaf) => processesIn(roomFolder(hierarchy, room, leaf)),
    kill(room, leaf) {
      // Before Linux 5.14 there is no cgroup.kill: then nothing more may start, and each is ended by itself.
      if (!tryWrite(at(room, leaf, 'cgroup.kill'), '1')) tryWrite(at(room, leaf, 'pids.max'), '0');
    },
    facts(room, leaf) {
      const peak = readText(at(room, leaf, 'memory.peak'));
      const cpu = field(readText(at(room, leaf, 'cpu.stat')), 'usage_usec');
      return {
        oomKilled: oomKilled(room, leaf),
        pidsRefused: field(readText(at(room, leaf, 'pids.events')), 'max') ?? 0,
        cpuMs: cpu === undefined ? null : cpu / 1000,
        peakMemoryBytes: peak === '' ? null : Number(peak),
      };
    },
    oomKilled,
    cpuMs(room) {
      const cpu = field(readText(at(room, undefined, 'cpu.stat')), 'usage_usec');
      return cpu === undefined ? null : cpu / 1000;
    },
    remove: (room, leaf) => removeGroup(roomFolder(hierarchy, room, leaf)),
    removeAll: () => removeGroup(root),
  };
}

const control = (folder: string): string => path.join(folder, 'cgroup.subtree_control');

/** @returns those that the kernel lets the groups in `folder` have */
function grant(folder: string, controllers: readonly Controller[]): readonly Controller[] {
  const ask = (some: readonly Controller[]): boolean =>
    tryWrite(control(folder), some.map((controller) => `+${controller}`).join(' '));
  return ask(controllers) ? controllers : controllers.filter((controller) => ask([controller]));
}

/**
 * Lets the groups in `folder` have controllers. A group other than the topmost may not hold processes itself then:
 * those that are there, this one and its kin, go into a group beside ours. First of all: asked for pids or cpu alone, the
 * kernel would grant them to a group with processes, which makes it one of threads, and no group in it may hold any.
 */
function passOn(folder: string, aside: string, asked: readonly Controller[]): readonly Controller[] {
  const there = readText(path.join(folder, 'cgroup.controllers')).trim().split(' ');
  const wanted = asked.filter((controller) => there.includes(controller));
  if (wanted.length === 0 || !(isTopmost(folder) || moveAside(folder, aside))) return [];
  return grant(folder, wanted);
}

/** Of the machine: every other group has a type. */
const isTopmost = (folder: string): boolean => !existsSync(path.join(folder, 'cgroup.type'));

/** Also what those that are moved have started meanwhile. @returns whether the group is empty now */
function moveAside(folder: string, aside: string): boolean {
  const standing = (): string => readText(path.join(folder, 'cgroup.procs')).trim();
  for (let round = 0; round < MOST_ROUNDS && standing() !== ''; round += 1) {
    for (const pid of standing().split('\n').map(Number)) moveTo(aside, pid);
  }
  return standing() === '';
}

/** It may have ended, or belong to a world that this one does not see, which counts as 0. */
function moveTo(folder: string, pid: number): void {
  try {
    makeGroup(folder);
    if (pid > 0) addProcess(folder, pid);
  } catch {
    return;
  }
}
