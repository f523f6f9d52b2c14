import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cgroupLimits } from '../../src/capacity/cgroup-limits.ts';
import { UNMEASURED } from '../../src/capacity/figures.ts';
import { machineSize, memoryPercent } from '../../src/capacity/machine.ts';
import { resolveCapacity } from '../../src/capacity/resolve.ts';
import { tierOf } from '../../src/capacity/tiers.ts';
import { usersOn } from '../../src/capacity/users-on.ts';
import { configSchema } from '../../src/config.ts';

const GIB = 1024 ** 3;
const reader = (files: Readonly<Record<string, string>>) => (file: string) => files[file];

describe('bounds of control groups', () => {
  it('reads version 2, and takes the tightest of its own group and those above', () => {
    const limits = cgroupLimits(
      reader({
        '/proc/self/cgroup': '0::/school/rowhouse\n',
        '/sys/fs/cgroup/school/cpu.max': '150000 100000\n',
        '/sys/fs/cgroup/school/rowhouse/cpu.max': 'max 100000\n',
        '/sys/fs/cgroup/school/memory.max': `${4 * GIB}\n`,
        '/sys/fs/cgroup/school/memory.current': `${3 * GIB}\n`,
        '/sys/fs/cgroup/school/memory.stat': `anon 1\ninactive_file ${GIB}\n`,
        '/sys/fs/cgroup/school/rowhouse/memory.max': 'max\n',
      }),
    );
    expect(limits).toEqual({ cores: 1.5, memoryBytes: 4 * GIB, memoryUsedBytes: 2 * GIB });
  });

  it('reads version 1, where no limit is a very large one', () => {
    const files = {
      '/proc/self/cgroup': '5:cpu,cpuacct:/docker/1\n4:memory:/docker/1\n',
      '/sys/fs/cgroup/cpu/docker/1/cpu.cfs_quota_us': '-1\n',
      '/sys/fs/cgroup/cpu/docker/1/cpu.cfs_period_us': '100000\n',
      '/sys/fs/cgroup/cpu/cpu.cfs_quota_us': '200000\n',
      '/sys/fs/cgroup/cpu/cpu.cfs_period_us': '100000\n',
      '/sys/fs/cgroup/memory/docker/1/memory.limit_in_bytes': '9223372036854771712\n',
    };
    expect(cgroupLimits(reader(files))).toEqual({
      cores: 2,
      memoryBytes: undefined,
      memoryUsedBytes: undefined,
    });
  });

  it('survives any text in any of the files', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (group, value) => {
        const { cores, memoryBytes } = cgroupLimits((file) => (file === '/proc/self/cgroup' ? group : value));
        expect(cores === undefined || cores > 0).toBe(true);
        expect(memoryBytes === undefined || !Number.isNaN(memoryBytes)).toBe(true);
      }),
    );
  });

  it('bounds the machine by them', () => {
    const files = { '/proc/self/cgroup': '0::/\n', '/sys/fs/cgroup/cpu.max': '50000 100000\n' };
    expect(machineSize(reader(files)).cores).toBe(0.5);
    expect(memoryPercent()).toBeGreaterThan(0);
  });
});

describe('tiers', () => {
  it.each([
    [1, 2, 'small', 8],
    [1, 64, 'small', 8],
    [2, 5.7, 'medium', 15],
    [4, 7.6, 'large', 30],
    [64, 256, 'large', 30],
    [4, 5.9, 'medium', 15],
  ])('%d cores and %d GB', (cores, gib, name, users) => {
    expect(tierOf({ cores, memoryBytes: gib * GIB })).toMatchObject({ name, users });
  });
});

describe('what the machine is let carry', () => {
  const machine = { cores: 2, memoryBytes: 24 * GIB };
  const config = (own: object) => configSchema.parse({ limits: {}, ...own });

  it('is the lower of the documents’ figures until it has been measured', () => {
    expect(resolveCapacity(config({}), machine, undefined)).toMatchObject({
      usersFrom: 'tier',
      capacity: { maxUsers: 15, maxActiveRuns: 30 },
      processesTotal: 45,
    });
  });

  it('is what was measured from then on, unless something else was set', () => {
    const measured = resolveCapacity(config({}), machine, UNMEASURED);
    expect(measured.usersFrom).toBe('measured');
    expect(measured.capacity.maxUsers).toBe(usersOn(machine, UNMEASURED));
    expect(resolveCapacity(config({ maxUsers: 150 }), machine, UNMEASURED)).toMatchObject({
      usersFrom: 'configured',
      capacity: { maxUsers: 150, maxActiveRuns: 300 },
      processesTotal: 450,
    });
    expect(resolveCapacity(config({ tier: 'small' }), machine, UNMEASURED).capacity.maxUsers).toBe(8);
  });

  it('lets in the people of a demo whatever the tier', () => {
    const { usersFrom, capacity } = resolveCapacity(config({ demo: true }), machine, undefined);
    expect({ usersFrom, users: capacity.maxUsers }).toEqual({ usersFrom: 'demo', users: 40 });
  });

  it('never promises more than there is, and always something', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.25, max: 128, noNaN: true }),
        fc.double({ min: 0.25, max: 512, noNaN: true }),
        (cores, gib) => {
          const { capacity } = resolveCapacity(config({}), { cores, memoryBytes: gib * GIB }, undefined);
          expect(capacity.memoryBytes).toBeGreaterThanOrEqual(512 * 1024 ** 2);
          expect(capacity.memoryBytes).toBeLessThanOrEqual(Math.max(512 * 1024 ** 2, gib * GIB));
          expect(usersOn({ cores, memoryBytes: gib * GIB }, UNMEASURED)).toBeGreaterThanOrEqual(1);
        },
      ),
    );
  });
});
