import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Controller } from '../../src/launcher/groups/types.ts';
import { openV2 } from '../../src/launcher/groups/v2.ts';

const ALL: readonly Controller[] = ['memory', 'pids', 'cpu'];
const NAME = 'rowhouse-classroom-1';
const KNOBS = [
  'cgroup.subtree_control',
  'cgroup.kill',
  'memory.max',
  'memory.swap.max',
  'memory.oom.group',
  'pids.max',
  'cpu.weight',
];

/** The files that the kernel would put there; what it does with what is written, only a kernel can show. */
describe('version 2 of cgroups', () => {
  let base = '';
  beforeEach(() => {
    base = mkdtempSync(path.join(tmpdir(), 'rowhouse-groups-'));
    put('cgroup.controllers', 'cpuset cpu io memory pids\n');
    put('cgroup.type', 'domain\n');
    put('cgroup.procs', '');
    for (const group of ['', NAME, `${NAME}/room-ada`, `${NAME}/room-ada/host`, `${NAME}/room-ada/run-1`]) {
      for (const knob of KNOBS) put(path.join(group, knob), '');
    }
  });
  afterEach(() => rmSync(base, { recursive: true, force: true }));

  const put = (file: string, text: string): void => {
    mkdirSync(path.dirname(path.join(base, file)), { recursive: true });
    writeFileSync(path.join(base, file), text);
  };
  const read = (...file: string[]): string => readFileSync(path.join(base, ...file), 'utf8');
  const open = (wanted: readonly Controller[] = ALL, folder = base) =>
    openV2([{ version: 2, controllers: [], folder }], NAME, wanted);
  const control = (group: string): string => read(group, 'cgroup.subtree_control');

  it('are handed down from group to group, all controllers at once', () => {
    const groups = open();
    expect([...(groups?.controllers ?? [])]).toEqual(ALL);
    groups?.createRoom('ada', { memoryBytes: 500, processes: 80 });
    expect(['', NAME, `${NAME}/room-ada`].map(control)).toEqual(Array.from({ length: 3 }, () => '+memory +pids +cpu'));
    // A group that holds processes hands nothing down.
    expect(control(`${NAME}/room-ada/run-1`)).toBe('');
  });

  it('ask for nothing while processes stand in the group: pids and cpu alone would make it one of threads', () => {
    put('cgroup.procs', '4711\n4712\n');
    expect(open(['pids', 'cpu'])).toBeUndefined();
    expect(open()).toBeUndefined();
    expect(control('')).toBe('');
    expect(read(`${NAME}-servers`, 'cgroup.procs')).toBe('4712');
  });

  it('leave processes where they are in the topmost group of the machine', () => {
    put('cgroup.procs', '4711\n4712\n');
    rmSync(path.join(base, 'cgroup.type'));
    expect(open()?.controllers.size).toBe(3);
    expect(existsSync(path.join(base, `${NAME}-servers`))).toBe(false);
  });

  it('are found again by a launcher whose forerunner has moved everybody aside', () => {
    put(`${NAME}-servers/cgroup.procs`, '4711\n');
    const groups = open(ALL, path.join(base, `${NAME}-servers`));
    expect(groups?.roots).toEqual([path.join(base, NAME)]);
  });

  it('can be used as far as there are controllers', () => {
    put('cgroup.controllers', 'pids\n');
    expect([...(open()?.controllers ?? [])]).toEqual(['pids']);
    put('cgroup.controllers', '\n');
    expect(open()).toBeUndefined();
  });

  it('limit a room and a run, and end a run as a whole', () => {
    const groups = open();
    groups?.createRoom('ada', { memoryBytes: 500, processes: 80, cpuFactor: 0.02 });
    groups?.createLeaf('ada', 'host', { processes: 16, cpuFactor: 10 });
    groups?.createLeaf('ada', 'run-1', { memoryBytes: 300, processes: 16 });
    const limits = (...group: string[]) => KNOBS.slice(2).map((knob) => read(NAME, 'room-ada', ...group, knob));
    expect(limits()).toEqual(['500', '0', '', '80', '2']);
    expect(limits('host')).toEqual(['', '', '', '16', '1000']);
    expect(limits('run-1')).toEqual(['300', '0', '1', '16', '']);
    groups?.kill('ada', 'run-1');
    expect(read(NAME, 'room-ada/run-1/cgroup.kill')).toBe('1');
    expect(read(NAME, 'room-ada/run-1/pids.max')).toBe('16');
    // Before Linux 5.14.
    rmSync(path.join(base, NAME, 'room-ada/run-1/cgroup.kill'));
    put(path.join(NAME, 'room-ada/run-1/pids.max'), '');
    groups?.kill('ada', 'run-1');
    expect(read(NAME, 'room-ada/run-1/pids.max')).toBe('0');
  });

  it('tell what became of a run', () => {
    const leaf = path.join(NAME, 'room-ada/run-1');
    const groups = open();
    put(path.join(leaf, 'memory.events'), 'low 0\nhigh 0\nmax 31\noom 2\noom_kill 1\noom_group_kill 1\n');
    put(path.join(leaf, 'pids.events'), 'max 7\n');
    put(path.join(leaf, 'cpu.stat'), 'usage_usec 1500\nuser_usec 1000\nsystem_usec 500\n');
    expect(groups?.facts('ada', 'run-1')).toEqual({
      oomKilled: true,
      pidsRefused: 7,
      cpuMs: 1.5,
      peakMemoryBytes: null,
    });
    put(path.join(leaf, 'memory.peak'), '4096\n');
    put(path.join(leaf, 'memory.events'), 'low 0\nhigh 0\nmax 31\noom 2\noom_kill 0\n');
    expect(groups?.facts('ada', 'run-1')).toMatchObject({ oomKilled: false, peakMemoryBytes: 4096 });
    put(path.join(leaf, 'cgroup.procs'), '12\n13\n');
    put(path.join(NAME, 'room-ada/host/cgroup.procs'), '11\n');
    expect(groups?.pids('ada', 'run-1')).toEqual([12, 13]);
    expect(groups?.pids('ada').toSorted()).toEqual([11, 12, 13]);
  });

  it('do not hold swap where the kernel does not count it', () => {
    expect(open()?.swapHeld).toBe(true);
    rmSync(path.join(base, NAME, 'memory.swap.max'));
    const swaps = readFileSync('/proc/swaps', 'utf8').trim().split('\n').length - 1;
    expect(open()?.swapHeld).toBe(swaps === 0);
  });
});
