import { describe, expect, it } from 'vitest';
import { parseIdentity } from '../../src/launcher/process-status.ts';
import { uidsExist } from '../../src/launcher/machine.ts';
import { ownGroups } from '../../src/launcher/groups/mounts.ts';

const status = (name: string) =>
  `Name:\t${name}\nUmask:\t0022\nPid:\t812\nPPid:\t811\nUid:\t200001\t200001\t200001\t200001\nNSpid:\t812\t7\n`;

describe('parseIdentity', () => {
  it('knows a process by parent, users and its number within the room', () => {
    const identity = parseIdentity(status('python3'), 812);
    expect(identity).toEqual({ parentPid: 811, uids: [200_001, 200_001, 200_001, 200_001], innerPid: 7 });
  });

  it('is not misled by what a process calls itself', () => {
    // The kernel writes a newline in a name as backslash and n.
    const identity = parseIdentity(status('x\\nPPid:\t1\\nUid:\t0'), 812);
    expect(identity?.parentPid).toBe(811);
    expect(identity?.uids[0]).toBe(200_001);
  });

  it('knows nothing of what is not there', () => {
    expect(parseIdentity('', 1)).toBeUndefined();
  });
});

describe('uidsExist', () => {
  it('knows the whole machine, and a container that has only some users', () => {
    expect(uidsExist(200_000, '         0          0 4294967295\n')).toBe(true);
    expect(uidsExist(200_000, '         0     100000      65536\n')).toBe(false);
    expect(uidsExist(200_000, '')).toBe(false);
  });
});

describe('ownGroups', () => {
  it('finds the group in a mixed system, and names with spaces', () => {
    const mounts = [
      '30 29 0:25 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory',
      '31 29 0:26 / /sys/fs/cgroup/cpu,cpu\\040acct rw shared:3 - cgroup cgroup rw,cpu,cpuacct',
      '32 29 0:27 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw',
      '33 29 0:28 / /proc rw - proc proc rw',
    ];
    const membership = '3:memory:/a/b\n2:cpu,cpuacct:/\n0::/user.slice\n';
    expect(ownGroups(mounts.join('\n'), membership)).toEqual([
      { version: 1, controllers: ['memory'], folder: '/sys/fs/cgroup/memory/a/b' },
      { version: 1, controllers: ['cpu', 'cpuacct'], folder: '/sys/fs/cgroup/cpu,cpu acct' },
      { version: 2, controllers: [], folder: '/sys/fs/cgroup/unified/user.slice' },
    ]);
  });

  it('goes by the part of the hierarchy that a container is shown', () => {
    const [part] = ownGroups('30 29 0:25 /docker/x /sys/fs/cgroup rw - cgroup2 cgroup rw', '0::/docker/x/inner\n');
    expect(part?.folder).toBe('/sys/fs/cgroup/inner');
    const [elsewhere] = ownGroups('30 29 0:25 /docker/x /sys/fs/cgroup rw - cgroup2 cgroup rw', '0::/other\n');
    expect(elsewhere?.folder).toBe('/sys/fs/cgroup');
  });
});
