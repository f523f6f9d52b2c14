import { readdirSync, readFileSync } from 'node:fs';
import process from 'node:process';
import { describe, expect, test } from 'vitest';
import { systemClock } from '../src/clock.ts';
import { createProcessTable, type ProcessStat, type ProcessTable } from '../src/process-table.ts';
import { createRegistry, type ProcessEntry } from '../src/registry.ts';
import { createSafeSignal } from '../src/safe-signal.ts';

const own = { pid: 500, parentPid: 400, groupId: 300 };
const exitedTicks = 1_000;

/** A machine in memory: who runs, and what kill(2) would have been told. */
function createMachine() {
  const processes = new Map<number, ProcessStat>();
  const kills: { target: number; signal: string | number }[] = [];
  const table: ProcessTable = {
    bootId: 'this-boot',
    own: () => own,
    stat: (pid) => processes.get(pid),
    groupMembers: (groupId) => [...processes.values()].filter((found) => found.groupId === groupId),
    uptimeTicks: () => exitedTicks,
    usage: async () => undefined,
  };
  const registry = createRegistry({ limits: {}, table, clock: systemClock });
  const kill = (target: number, signal: string | number): void => {
    kills.push({ target, signal });
    const found = target < 0 ? table.groupMembers(-target).length > 0 : processes.has(target);
    if (!found) throw Object.assign(new Error('kill ESRCH'), { code: 'ESRCH' });
  };
  const safeSignal = createSafeSignal({ registry, table, kill });
  const run = (pid: number, startTicks: number, more: Partial<ProcessStat> = {}): void =>
    void processes.set(pid, { pid, state: 'S', groupId: pid, sessionId: pid, startTicks, ...more });
  const register = (pid: number, more: Partial<ProcessEntry> = {}): void =>
    void registry.register({ pid, owner: 'o', kind: 'k', command: 'c', leadsGroup: true, ...more });
  for (const pid of [1, own.pid, own.parentPid, own.groupId]) run(pid, 1, { groupId: own.groupId, sessionId: 1 });
  return {
    processes,
    registry,
    safeSignal,
    run,
    register,
    delivered: () => kills.filter(({ signal }) => signal !== 0),
  };
}

describe('what is ours', () => {
  test('a registered process and its group are signalled', () => {
    const machine = createMachine();
    machine.run(600, 10);
    machine.register(600);
    expect(machine.safeSignal(600, 'SIGTERM', 'process')).toEqual({ sent: true });
    expect(machine.safeSignal(600, 'SIGKILL', 'group')).toEqual({ sent: true });
    expect(machine.delivered()).toEqual([
      { target: 600, signal: 'SIGTERM' },
      { target: -600, signal: 'SIGKILL' },
    ]);
  });

  test('a group that outlives its leader is signalled, the leader is not', () => {
    const machine = createMachine();
    machine.run(600, 10);
    machine.register(600);
    machine.run(601, 20, { groupId: 600, sessionId: 600 });
    machine.processes.delete(600);
    machine.registry.markExited(600);
    expect(machine.safeSignal(600, 'SIGKILL', 'process')).toEqual({ sent: false, reason: 'gone' });
    expect(machine.safeSignal(600, 'SIGKILL', 'group')).toEqual({ sent: true });
    expect(machine.delivered()).toEqual([{ target: -600, signal: 'SIGKILL' }]);
  });
});

describe('what is left of a group', () => {
  /** The group of 600, whose leader has ended, with one member from before that. */
  function createLeaderless(member: Partial<ProcessStat> & { readonly pid: number }) {
    const machine = createMachine();
    machine.run(600, 10);
    machine.register(600);
    machine.processes.delete(600);
    machine.registry.markExited(600);
    machine.run(member.pid, 20, { groupId: 600, sessionId: 600, ...member });
    return machine;
  }

  test.each(['Z', 'X'])('nothing, when all are dead (%s) and only wait to be collected', (state) => {
    const machine = createLeaderless({ pid: 601, state });
    expect(machine.safeSignal(600, 'SIGKILL', 'group')).toEqual({ sent: false, reason: 'gone' });
    expect(machine.delivered()).toEqual([]);
  });

  test.each([own.pid, own.parentPid])('is not signalled when %d, this process or its parent, is part of it', (pid) => {
    const machine = createLeaderless({ pid });
    expect(machine.safeSignal(600, 'SIGKILL', 'group')).toEqual({ sent: false, reason: 'own-group' });
    expect(machine.delivered()).toEqual([]);
  });

  test('is signalled whole when a dead member from before the end proves that it is ours', () => {
    const machine = createLeaderless({ pid: 601, state: 'Z' });
    machine.run(602, exitedTicks + 5, { groupId: 600, sessionId: 600 });
    expect(machine.safeSignal(600, 'SIGKILL', 'group')).toEqual({ sent: true });
  });
});

describe('what is not ours', () => {
  test('an unregistered process', () => {
    const machine = createMachine();
    machine.run(600, 10);
    expect(machine.safeSignal(600, 'SIGKILL', 'process')).toEqual({ sent: false, reason: 'not-registered' });
  });

  test('a process that got the number of one that was ours', () => {
    const machine = createMachine();
    machine.run(600, 10);
    machine.register(600);
    machine.run(600, 11);
    expect(machine.safeSignal(600, 'SIGKILL', 'process')).toEqual({ sent: false, reason: 'recycled' });
    expect(machine.safeSignal(600, 'SIGKILL', 'group')).toEqual({ sent: false, reason: 'recycled' });
    expect(machine.delivered()).toEqual([]);
  });

  test('a process that got the number of a leader that left a group behind', () => {
    const machine = createMachine();
    machine.run(600, 10);
    machine.register(600);
    machine.registry.markExited(600);
    machine.run(601, 20, { groupId: 600, sessionId: 600 });
    machine.run(600, 10, { groupId: 77 });
    expect(machine.safeSignal(600, 'SIGKILL', 'process')).toEqual({ sent: false, reason: 'gone' });
    expect(machine.delivered()).toEqual([]);
  });

  test.each([
    { name: 'led by a process with the number of ours', members: [{ pid: 600, startTicks: 2_000 }] },
    { name: 'led by one that started as ours ended', members: [{ pid: 600, startTicks: exitedTicks }] },
    { name: 'left behind by such a process', members: [{ pid: 601, startTicks: exitedTicks + 1 }] },
    { name: 'of another session', members: [{ pid: 601, startTicks: 20, sessionId: 77 }] },
  ])('a group $name', ({ members }) => {
    const machine = createMachine();
    machine.run(600, 10);
    machine.register(600);
    machine.processes.delete(600);
    machine.registry.markExited(600);
    for (const { pid, startTicks, ...more } of members) {
      machine.run(pid, startTicks, { groupId: 600, sessionId: 600, ...more });
    }
    expect(machine.safeSignal(600, 'SIGKILL', 'group')).toEqual({ sent: false, reason: 'recycled' });
    expect(machine.delivered()).toEqual([]);
  });

  test('a group that a registered process does not lead', () => {
    const machine = createMachine();
    machine.run(600, 10, { groupId: 77 });
    machine.register(600, { leadsGroup: false });
    expect(machine.safeSignal(600, 'SIGKILL', 'group')).toEqual({ sent: false, reason: 'not-a-group-leader' });
  });

  test('a process that no longer leads the group it was registered with', () => {
    const machine = createMachine();
    machine.run(600, 10);
    machine.register(600);
    machine.run(600, 10, { groupId: own.groupId });
    expect(machine.safeSignal(600, 'SIGKILL', 'group')).toEqual({ sent: false, reason: 'not-a-group-leader' });
    expect(machine.delivered()).toEqual([]);
  });

  test('a process from before the last boot', () => {
    const machine = createMachine();
    machine.run(600, 10);
    machine.register(600);
    const table = {
      ...createProcessTable(),
      bootId: 'next-boot',
      own: () => own,
      stat: machine.processes.get.bind(machine.processes),
    };
    const signal = createSafeSignal({ registry: machine.registry, table, kill: () => expect.unreachable() });
    expect(signal(600, 'SIGKILL', 'process')).toEqual({ sent: false, reason: 'recycled' });
  });
});

test('on the real machine, this process, its parent and its group are refused', () => {
  const table = createProcessTable();
  const registry = createRegistry({ limits: {}, table, clock: systemClock });
  const safeSignal = createSafeSignal({ registry, table, kill: () => expect.unreachable() });
  const { pid, parentPid, groupId } = table.own();
  expect(pid).toBe(process.pid);
  for (const each of [pid, parentPid, groupId ?? pid]) {
    for (const target of [each, -each]) {
      expect(safeSignal(target, 'SIGKILL', 'process').sent).toBe(false);
      expect(safeSignal(target, 'SIGKILL', 'group').sent).toBe(false);
    }
    expect(() => registry.register({ pid: each, owner: 'o', kind: 'k', command: 'c', leadsGroup: false })).toThrow(
      expect.objectContaining({ code: 'ERR_REGISTRY_PROCESS' }),
    );
  }
});

test('only one source file can signal anything', () => {
  const folder = new URL('../src/', import.meta.url);
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
  const code = (name: string): string =>
    readFileSync(new URL(name, folder), 'utf8').replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*/g, '');
  expect(files.length).toBeGreaterThan(15);
  expect(
    files.filter((name) =>
      /\.\s*kill\b|\[\s*['"`]kill|\bkill\s*[,}].*=\s*(process|child)\b|\babort\b|killSignal/.test(code(name)),
    ),
  ).toEqual(['safe-signal.ts']);
});
