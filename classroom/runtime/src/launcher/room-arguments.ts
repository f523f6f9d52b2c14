import type { LayerName } from '@rowhouse/classroom-protocol';
import type { Bubblewrap } from './bubblewrap.ts';
import type { SystemFolder } from './machine.ts';
import { layoutOf, type RoomFolders } from './room-layout.ts';

const MIB = 1024 * 1024;
const TMP_BYTES = 64 * MIB;
/** For the semaphores of Python's multiprocessing. */
const SHARED_MEMORY_BYTES = 16 * MIB;

/** Fonts, time zone, linked libraries, interpreters' own settings: nothing that says whose machine it is. */
const ETC_FILES = [
  '/etc/alternatives',
  '/etc/fonts',
  '/etc/ld.so.cache',
  '/etc/ld.so.conf',
  '/etc/ld.so.conf.d',
  '/etc/localtime',
  '/etc/matplotlibrc',
  '/etc/mime.types',
  '/etc/timezone',
];

export interface RoomPlan {
  readonly bubblewrap: Pick<Bubblewrap, 'sizes' | 'disableUserns'>;
  readonly system: readonly SystemFolder[];
  readonly folders: RoomFolders;
  /** The machine's files, as they are, when the mount namespace is left out. */
  readonly without: ReadonlySet<LayerName>;
  /** Descriptor on which bubblewrap says which process became the room's first. */
  readonly infoFd: number;
}

/** The arguments of bubblewrap for one room, up to the command that runs in it. */
export function roomArguments(plan: RoomPlan): readonly string[] {
  const { without, bubblewrap } = plan;
  const unless = (layer: LayerName, ...args: string[]): string[] => (without.has(layer) ? [] : args);
  return [
    ['--unshare-user', '--uid', '1000', '--gid', '1000'],
    bubblewrap.disableUserns ? ['--disable-userns'] : [],
    unless('pid-namespace', '--unshare-pid', '--as-pid-1'),
    unless('network-namespace', '--unshare-net'),
    unless('ipc-namespace', '--unshare-ipc'),
    unless('uts-namespace', '--unshare-uts', '--hostname', 'classroom'),
    ['--unshare-cgroup-try', '--die-with-parent', '--new-session'],
    unless('empty-environment', '--clearenv'),
    ['--info-fd', String(plan.infoFd)],
    without.has('mount-namespace') ? machineMounts(plan) : roomMounts(plan),
  ].flat();
}

function roomMounts({ bubblewrap, system, folders, without }: RoomPlan): readonly string[] {
  const { programs, workspace, classFolder, socket, matplotlibCache } = folders;
  const places = layoutOf(folders, true);
  const tmpfs = (path: string, bytes: number): string[] => {
    const size = bubblewrap.sizes ? ['--size', String(bytes)] : [];
    return [...size, '--perms', '1777', '--tmpfs', path];
  };
  const readOnly = (from: string | undefined, to: string | undefined): string[] =>
    from === undefined || to === undefined ? [] : ['--ro-bind', from, to];
  return [
    readOnly('/usr', '/usr'),
    ...system.map(({ path, ...entry }) =>
      entry.kind === 'link' ? ['--symlink', entry.to, path] : readOnly(path, path),
    ),
    ...ETC_FILES.map((file) => ['--ro-bind-try', file, file]),
    ...['passwd', 'group', 'hosts'].map((name) => readOnly(`${programs}/${name}`, `/etc/${name}`)),
    without.has('pid-namespace') ? readOnly('/proc', '/proc') : ['--proc', '/proc'],
    ['--dev', '/dev'],
    tmpfs('/dev/shm', SHARED_MEMORY_BYTES),
    ['--remount-ro', '/dev'],
    tmpfs('/tmp', TMP_BYTES),
    ...folders.python.map((folder) => readOnly(folder, folder)),
    ['--bind', workspace, places.workspace],
    readOnly(classFolder, `${places.workspace}/class`),
    readOnly(programs, places.programs),
    readOnly(matplotlibCache, places.matplotlibCache),
    readOnly(socket, '/run/rowhouse'),
    readOnly(folders.check?.granted, places.check?.granted),
    readOnly(folders.check?.notGranted, places.check?.notGranted),
    // The root itself is memory that nobody would count.
    ['--remount-ro', '/'],
    ['--chdir', places.workspace],
  ].flat();
}

function machineMounts({ folders, without }: RoomPlan): readonly string[] {
  const proc = without.has('pid-namespace') ? [] : ['--proc', '/proc'];
  return ['--dev-bind', '/', '/', ...proc, '--chdir', folders.workspace];
}
