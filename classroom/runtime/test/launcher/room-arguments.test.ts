import { DEFAULT_LIMITS, type LayerName } from '@rowhouse/classroom-protocol';
import { describe, expect, it } from 'vitest';
import { roomArguments, type RoomPlan } from '../../src/launcher/room-arguments.ts';
import type { RoomFolders } from '../../src/launcher/room-layout.ts';
import { type PolicyInput, roomPolicy } from '../../src/launcher/room-policy.ts';

const folders: RoomFolders = {
  programs: '/data/programs',
  workspace: '/data/workspaces/anna',
  classFolder: '/data/class',
  socket: '/sockets/x',
  matplotlibCache: undefined,
  python: ['/opt/python3'],
};
const system: RoomPlan['system'] = [
  { kind: 'link', path: '/bin', to: 'usr/bin' },
  { kind: 'folder', path: '/lib64' },
];
const plan = (without: readonly LayerName[] = [], more: Partial<RoomPlan> = {}): RoomPlan => ({
  bubblewrap: { sizes: true, disableUserns: true },
  system,
  folders,
  without: new Set(without),
  infoFd: 3,
  ...more,
});
const line = (args: readonly string[]) => ` ${args.join(' ')} `;

describe('roomArguments', () => {
  it('makes every namespace, and lets nothing make another', () => {
    const args = roomArguments(plan());
    for (const name of ['user', 'pid', 'net', 'ipc', 'uts', 'cgroup-try']) expect(args).toContain(`--unshare-${name}`);
    expect(args).toContain('--disable-userns');
    expect(args).toContain('--die-with-parent');
    expect(args).toContain('--new-session');
    expect(args).toContain('--clearenv');
    expect(args).toContain('--as-pid-1');
  });

  it('gives only the workspace to write to, and memory of a size', () => {
    const args = roomArguments(plan());
    const writable = args.flatMap((arg, at) => (arg === '--bind' || arg === '--dev-bind' ? [args[at + 1]] : []));
    expect(writable).toEqual(['/data/workspaces/anna']);
    const sized = args.flatMap((arg, at) => (arg === '--tmpfs' ? [[args[at - 4], args[at + 1]]] : []));
    expect(sized).toEqual([
      ['--size', '/dev/shm'],
      ['--size', '/tmp'],
    ]);
    expect(line(args)).toMatch(/--remount-ro \/ --chdir \/workspace $/);
    expect(line(args)).toContain(' --remount-ro /dev ');
  });

  it("shows the system, the class's files, our programs and the room's socket, read-only", () => {
    const text = line(roomArguments(plan()));
    for (const bind of [
      '/usr /usr',
      '/lib64 /lib64',
      '/opt/python3 /opt/python3',
      '/data/class /workspace/class',
      '/data/programs /opt/rowhouse',
      '/sockets/x /run/rowhouse',
    ]) {
      expect(text).toContain(` --ro-bind ${bind} `);
    }
    expect(text).toContain(' --symlink usr/bin /bin ');
  });

  it('mounts the class within the workspace, and so after it', () => {
    const args = roomArguments(plan());
    expect(args.indexOf('/workspace/class')).toBeGreaterThan(args.indexOf('/workspace'));
    const without = roomArguments(plan([], { folders: { ...folders, classFolder: undefined } }));
    expect(line(without)).not.toContain('/workspace/class');
  });

  it('asks an older bubblewrap for nothing that it does not know', () => {
    const args = roomArguments(plan([], { bubblewrap: { sizes: false, disableUserns: false } }));
    expect(args).not.toContain('--size');
    expect(args).not.toContain('--disable-userns');
  });

  it.each([
    ['pid-namespace', '--unshare-pid'],
    ['network-namespace', '--unshare-net'],
    ['ipc-namespace', '--unshare-ipc'],
    ['uts-namespace', '--unshare-uts'],
    ['empty-environment', '--clearenv'],
  ] as const)('leaves out %s, and that alone, when told to', (layer, option) => {
    const all = roomArguments(plan());
    const args = roomArguments(plan([layer]));
    expect(all).toContain(option);
    expect(args).not.toContain(option);
    const left = all.filter((arg) => arg.startsWith('--unshare')).filter((arg) => arg !== option);
    expect(args.filter((arg) => arg.startsWith('--unshare'))).toEqual(left);
  });
});

const input = (more: Partial<PolicyInput> = {}): PolicyInput => ({
  folders,
  system,
  limits: DEFAULT_LIMITS,
  token: 'token-of-the-room',
  without: new Set(),
  required: ['seccomp', 'landlock', 'mount-namespace', 'rlimits'],
  namespaces: true,
  groups: { memory: true, cpu: true },
  ownUid: true,
  program: 'host.py',
  arguments: [],
  keepStdin: false,
  ...more,
});

describe('roomPolicy', () => {
  it('gives the host its environment and nothing else', () => {
    const { environment, program } = roomPolicy(input());
    expect(program).toBe('/opt/rowhouse/host.py');
    expect(environment).toEqual({
      PATH: '/usr/bin:/bin',
      HOME: '/workspace',
      LANG: 'C.UTF-8',
      ROWHOUSE_SOCKET: '/run/rowhouse/room.sock',
      ROWHOUSE_TOKEN: 'token-of-the-room',
      ROWHOUSE_WORKSPACE: '/workspace',
      ROWHOUSE_LIMITS: JSON.stringify(DEFAULT_LIMITS),
    });
  });

  it('requires of the walls that a process makes itself those that had held', () => {
    expect(roomPolicy(input()).required).toEqual(['seccomp', 'landlock', 'rlimits']);
  });

  it('names places of the machine where there is no mount namespace', () => {
    const policy = roomPolicy(input({ namespaces: false }));
    expect(policy.program).toBe('/data/programs/host.py');
    expect(policy.environment['ROWHOUSE_WORKSPACE']).toBe('/data/workspaces/anna');
    expect(policy.environment['ROWHOUSE_SOCKET']).toBe('/sockets/x/room.sock');
    expect(policy.classLink).toEqual({ from: '/data/workspaces/anna/class', to: '/data/class' });
    expect(policy.endWithParent).toBe(true);
  });

  it('limits the data of each process only where the run as a whole has no limit', () => {
    expect(roomPolicy(input()).rlimits).not.toHaveProperty('DATA');
    const alone = roomPolicy(input({ groups: { memory: false, cpu: false } }));
    expect(alone.rlimits['DATA']).toBe(DEFAULT_LIMITS.runMemoryBytes);
    expect(alone.niceness).toBeGreaterThan(0);
  });

  it("counts processes only where the uid is the room's own", () => {
    expect(roomPolicy(input()).rlimits).toHaveProperty('NPROC');
    expect(roomPolicy(input({ ownUid: false })).rlimits).not.toHaveProperty('NPROC');
  });

  it('lets Landlock grant writing to nothing but the workspace and temporary places', () => {
    expect(roomPolicy(input()).landlock?.write).toEqual(['/workspace', '/tmp', '/dev/shm']);
    expect(roomPolicy(input()).landlock?.read).not.toContain('/');
  });
});
