import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

const programs = path.resolve(import.meta.dirname, '../../python');
const python = existsSync('/usr/bin/python3') ? '/usr/bin/python3' : 'python3';
const ARCH = { x86_64: 0xc000003e, aarch64: 0xc00000b7 } as const;
type Machine = keyof typeof ARCH;

const ALLOW = 0x7fff0000;
const KILL = 0x80000000;
const EPERM = 0x00050000 | 1;
const ENOSYS = 0x00050000 | 38;

interface Filters {
  readonly code: Record<Machine, string>;
  readonly calls: Record<string, readonly [number | null, number | null]>;
  readonly denied: readonly string[];
}

const filters = JSON.parse(
  execFileSync(python, [
    '-I',
    '-B',
    '-c',
    `import sys, json; sys.path.insert(0, ${JSON.stringify(programs)}); import seccomp, syscalls
print(json.dumps({'code': {m: seccomp.assemble(m).hex() for m in ('x86_64', 'aarch64')},
  'calls': {**syscalls.DENIED, **syscalls.CHECKED}, 'denied': list(syscalls.DENIED)}))`,
  ]).toString(),
) as Filters;

/** The kernel's filter machine, as far as the filter uses it. */
function answer(machine: Machine, nr: number, args: readonly number[] = [], arch: number = ARCH[machine]): number {
  const code = Buffer.from(filters.code[machine], 'hex');
  const data = Buffer.alloc(64);
  data.writeUInt32LE(nr >>> 0, 0);
  data.writeUInt32LE(arch, 4);
  for (const [index, arg] of args.entries()) data.writeBigUInt64LE(BigInt.asUintN(64, BigInt(arg)), 16 + 8 * index);
  let a = 0;
  for (let at = 0; at < code.length / 8; at += 1) {
    const [op, jt, jf, k] = [
      code.readUInt16LE(at * 8),
      code[at * 8 + 2] ?? 0,
      code[at * 8 + 3] ?? 0,
      code.readUInt32LE(at * 8 + 4),
    ];
    if (op === 0x06) return k;
    else if (op === 0x20) a = data.readUInt32LE(k);
    else if (op === 0x54) a = (a & k) >>> 0;
    else if (op === 0x15) at += a === k ? jt : jf;
    else if (op === 0x35) at += a >= k ? jt : jf;
    else if (op === 0x45) at += (a & k) !== 0 ? jt : jf;
    else throw new Error(`no such instruction ${op}`);
  }
  throw new Error('the filter came to no answer');
}

describe.each(['x86_64', 'aarch64'] as const)('the filter of system calls on %s', (machine) => {
  const number = (name: string) => filters.calls[name]?.[machine === 'x86_64' ? 0 : 1] ?? undefined;
  const call = (name: string, ...args: number[]) => answer(machine, number(name) ?? -1, args);

  it('refuses every call on its list', () => {
    for (const name of filters.denied) {
      const nr = number(name);
      if (nr !== undefined) expect([name, answer(machine, nr)]).toEqual([name, EPERM]);
    }
  });

  it('allows what programs live on', () => {
    const numbers =
      machine === 'x86_64'
        ? [0, 1, 2, 3, 9, 12, 39, 57, 59, 60, 202, 231, 257, 318]
        : [56, 57, 63, 64, 93, 94, 98, 172, 214, 221, 222, 278];
    for (const nr of numbers) expect([nr, answer(machine, nr)]).toEqual([nr, ALLOW]);
  });

  it('ends what speaks another architecture, and does not know calls of the future', () => {
    expect(answer(machine, 0, [], 0x40000003)).toBe(KILL);
    if (machine === 'x86_64') expect(answer(machine, 0x40000000 + 101)).toBe(KILL);
    expect(answer(machine, 500)).toBe(ENOSYS);
    expect(call('clone3')).toBe(ENOSYS);
  });

  it('allows threads and forks, and no namespaces', () => {
    expect(call('clone', 0x01200011)).toBe(ALLOW);
    expect(call('clone', 0x003d0f00)).toBe(ALLOW);
    for (const flag of [0x00020000, 0x02000000, 0x04000000, 0x08000000, 0x10000000, 0x20000000, 0x40000000]) {
      expect(call('clone', flag | 17)).toBe(EPERM);
      expect(call('unshare', flag)).toBe(EPERM);
    }
    expect(call('unshare', 0x80)).toBe(EPERM);
    expect(call('unshare', 0x400)).toBe(ALLOW);
  });

  it('allows local sockets, TCP and UDP, and no others', () => {
    for (const args of [
      [1, 1, 0],
      [1, 2, 0],
      [1, 5, 0],
      [1, 0x80801, 0],
      [2, 1, 0],
      [2, 1, 6],
      [2, 2, 17],
      [10, 2, 0],
    ])
      expect([args, call('socket', ...args)]).toEqual([args, ALLOW]);
    for (const args of [
      [2, 3, 1],
      [2, 3, 255],
      [10, 3, 58],
      [2, 2, 1],
      [2, 1, 132],
      [2, 1, 262],
      [2, 5, 0],
      [1, 3, 0],
      [16, 3, 0],
      [17, 3, 0],
      [40, 1, 0],
      [38, 5, 0],
    ])
      expect([args, call('socket', ...args)]).toEqual([args, EPERM]);
  });

  it('looks at the part of an argument that the kernel uses', () => {
    expect(call('socket', 2 ** 32 + 16, 3, 0)).toBe(EPERM);
    expect(call('ioctl', 0, 2 ** 32 + 0x5412)).toBe(EPERM);
  });

  it('refuses typing for others, real-time priority, devices and another personality', () => {
    expect(call('ioctl', 0, 0x5413)).toBe(ALLOW);
    expect(call('ioctl', 0, 0x541c)).toBe(EPERM);
    expect(call('sched_setscheduler', 0, 0)).toBe(ALLOW);
    for (const policy of [1, 2, 6, 0x40000001]) expect(call('sched_setscheduler', 0, policy)).toBe(EPERM);
    expect(call('mknodat', -1, 0, 0o010644)).toBe(ALLOW);
    expect(call('mknodat', -1, 0, 0o020644)).toBe(EPERM);
    expect(call('mknodat', -1, 0, 0o060644)).toBe(EPERM);
    expect(call('personality', 0xffffffff)).toBe(ALLOW);
    expect(call('personality', 0x0040000)).toBe(EPERM);
  });

  it('lets a process change its own limits, rank and processors, and nobody else’s', () => {
    const [itself, another] = [0, 7];
    for (const name of ['prlimit64', 'sched_setaffinity', 'sched_setparam', 'sched_setscheduler']) {
      expect([name, call(name, itself)]).toEqual([name, ALLOW]);
      expect([name, call(name, another)]).toEqual([name, EPERM]);
      expect([name, call(name, 2 ** 32 + another)]).toEqual([name, EPERM]);
    }
    const [process, group, user] = [0, 1, 2];
    expect(call('setpriority', process, itself, 5)).toBe(ALLOW);
    expect(call('setpriority', process, another, 5)).toBe(EPERM);
    for (const which of [group, user]) expect(call('setpriority', which, itself, 5)).toBe(EPERM);
    expect(call('ioprio_set', process + 1, itself, 0)).toBe(ALLOW);
    expect(call('ioprio_set', process + 1, another, 0)).toBe(EPERM);
    for (const which of [group, user]) expect(call('ioprio_set', which + 1, itself, 0)).toBe(EPERM);
  });
});
