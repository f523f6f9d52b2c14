import process from 'node:process';
import { expect, test } from 'vitest';
import { createProcessTable, parseStat, type ProcessTable } from '../src/process-table.ts';
import { createRegistry, type RegistryLimits } from '../src/registry.ts';

/** Any pid is a process that leads its group. */
const anyProcess: ProcessTable = {
  bootId: 'boot',
  own: () => ({ pid: 2, parentPid: 3, groupId: 2 }),
  stat: (pid) => ({ pid, state: 'S', groupId: pid, sessionId: pid, startTicks: pid }),
  groupMembers: () => [],
  uptimeTicks: () => 0,
  usage: async () => ({ memoryBytes: 1, memoryKind: 'pss', cpuMs: 1 }),
};

function createTestRegistry(limits: RegistryLimits, table = anyProcess) {
  let nowMs = 1_000;
  const clock = { nowMs: () => nowMs, epochMs: () => nowMs, after: () => () => undefined };
  const registry = createRegistry({ limits, table, clock });
  const register = (pid: number, owner = 'ann', kind = 'session') =>
    registry.register({ pid, owner, kind, command: 'run', leadsGroup: true });
  return { registry, register, advance: (ms: number) => void (nowMs += ms) };
}

test('a record says who, what, when and which process exactly', () => {
  const { registry, register, advance } = createTestRegistry({});
  register(10);
  advance(500);
  registry.touch(10);
  expect(registry.list()).toEqual([
    {
      pid: 10,
      owner: 'ann',
      kind: 'session',
      command: 'run',
      leadsGroup: true,
      startTicks: 10,
      bootId: 'boot',
      registeredAtMs: 1_000,
      lastActivityMs: 1_500,
      exited: false,
    },
  ]);
  registry.unregister(10);
  expect(registry.find(10)).toBeUndefined();
});

test.each([
  { limits: { total: 2 }, limit: 'total', message: 'limit reached: at most 2 processes in total' },
  { limits: { perOwner: 2 }, limit: 'owner', message: 'limit reached: at most 2 processes for owner "ann"' },
  {
    limits: { perKind: { session: 2 } },
    limit: 'kind',
    message: 'limit reached: at most 2 processes of kind "session"',
  },
])('beyond the $limit limit a registration is refused with its name and value', ({ limits, limit, message }) => {
  const { registry, register } = createTestRegistry(limits);
  register(10);
  register(11);
  expect(() => register(12)).toThrow(
    expect.objectContaining({
      code: 'ERR_REGISTRY_LIMIT',
      message,
      details: expect.objectContaining({ limit, value: 2 }),
    }),
  );
  registry.markExited(10);
  register(12);
  expect(registry.list()).toHaveLength(3);
});

test('other owners and kinds have room of their own', () => {
  const { register } = createTestRegistry({ perOwner: 1, perKind: { session: 2 } });
  register(10, 'ann');
  register(11, 'bob');
  register(12, 'cem', 'constructor');
  expect(() => register(13, 'dan')).toThrow('of kind "session"');
});

test.each([{ total: -1 }, { perOwner: 1.5 }, { perKind: { a: Number.NaN } }])('the limit %j is refused', (limits) => {
  expect(() => createTestRegistry(limits)).toThrow(expect.objectContaining({ code: 'ERR_SUPERVISOR_OPTION' }));
});

test.each([0, 1, -5, 1.5, Number.NaN, 2, 3])('%d cannot be registered', (pid) => {
  expect(() => createTestRegistry({}).register(pid)).toThrow(expect.objectContaining({ code: 'ERR_REGISTRY_PROCESS' }));
});

test('a process is registered once, and again only after it has ended', () => {
  const { registry, register } = createTestRegistry({});
  register(10);
  expect(() => register(10)).toThrow('it is registered already');
  registry.markExited(10);
  expect(register(10).exited).toBe(false);
});

test('usage is that of the registered process or nothing', async () => {
  const real = createTestRegistry({}, { ...createProcessTable(), own: anyProcess.own });
  real.registry.register({ pid: process.pid, owner: 'o', kind: 'k', command: 'node', leadsGroup: false });
  const usage = await real.registry.usage(process.pid);
  expect(usage?.memoryBytes).toBeGreaterThan(1_000_000);
  expect(usage?.cpuMs).toBeGreaterThan(0);
  expect(await real.registry.usage(1)).toBeUndefined();
});

test('without /proc processes are registered by number alone, and say so', () => {
  const table = createProcessTable('/nowhere');
  const { register } = createTestRegistry({}, table);
  expect(register(10)).toMatchObject({ pid: 10, startTicks: undefined, bootId: undefined });
  expect(table.groupMembers(10)).toEqual([]);
  expect(table.uptimeTicks()).toBeUndefined();
});

test('a process may be named to look like other fields', () => {
  const line = '42 (a) Z 1 (b) ) S 7 42 43 0 -1 0 0 0 0 0 3 4 0 0 20 0 1 0 9876 0 0';
  expect(parseStat(line)).toEqual({ pid: 42, state: 'S', groupId: 42, sessionId: 43, startTicks: 9876, cpuMs: 70 });
  expect(parseStat('')).toBeUndefined();
});
