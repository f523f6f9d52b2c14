import type { LayerName, Limits } from '@rowhouse/classroom-protocol';
import path from 'node:path';
import type { SystemFolder } from './machine.ts';
import { layoutOf, type RoomFolders } from './room-layout.ts';

/** What python/sandbox.py is told; its names are explained there. */
export interface RoomPolicy {
  readonly program: string;
  readonly arguments: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly keepEnvironment: boolean;
  readonly keepStdin: boolean;
  readonly rlimits: Readonly<Record<string, number>>;
  readonly noNewPrivileges: boolean;
  readonly landlock: {
    readonly read: readonly string[];
    readonly write: readonly string[];
    readonly devices: readonly string[];
  } | null;
  readonly seccomp: boolean;
  readonly closeDescriptors: boolean;
  readonly required: readonly string[];
  readonly endWithParent: boolean;
  readonly oomScoreAdjust: number;
  readonly niceness: number;
  readonly classLink: { readonly from: string; readonly to: string } | null;
}

export interface PolicyInput {
  readonly folders: RoomFolders;
  readonly system: readonly SystemFolder[];
  readonly limits: Limits;
  readonly token: string;
  readonly without: ReadonlySet<LayerName>;
  /** Walls that held when they were tried. */
  readonly required: readonly LayerName[];
  /** Made by bubblewrap, not only a process of another user. */
  readonly namespaces: boolean;
  readonly groups: { readonly memory: boolean; readonly cpu: boolean };
  /** The uid counts this room's processes and no others. */
  readonly ownUid: boolean;
  readonly program: string;
  readonly arguments: readonly string[];
  readonly keepStdin: boolean;
}

const DEVICES = ['null', 'zero', 'full', 'random', 'urandom', 'tty', 'ptmx', 'pts'].map((name) => `/dev/${name}`);
/** The session host lives as long as the room; what one run may use, the server watches. */
const CPU_S = 86_400;
const SELF_MADE: ReadonlySet<LayerName> = new Set(['rlimits', 'no-new-privileges', 'landlock', 'seccomp']);

export function roomPolicy(input: PolicyInput): RoomPolicy {
  const { folders, without, limits } = input;
  const ownFiles = input.namespaces && !without.has('mount-namespace');
  const places = layoutOf(folders, ownFiles);
  const variables: Record<string, string | undefined> = {
    PATH: '/usr/bin:/bin',
    HOME: places.workspace,
    LANG: 'C.UTF-8',
    ROWHOUSE_SOCKET: places.socket,
    ROWHOUSE_TOKEN: input.token,
    ROWHOUSE_WORKSPACE: places.workspace,
    ROWHOUSE_LIMITS: JSON.stringify(limits),
    ROWHOUSE_MPLCACHE: places.matplotlibCache,
    ROWHOUSE_CHECK: places.check && JSON.stringify(places.check),
  };
  return {
    program: path.posix.join(places.programs, input.program),
    arguments: input.arguments,
    environment: definedOnly(variables),
    keepEnvironment: without.has('empty-environment'),
    keepStdin: input.keepStdin,
    rlimits: without.has('rlimits') ? {} : resourceLimits(input),
    noNewPrivileges: !without.has('no-new-privileges'),
    landlock: without.has('landlock')
      ? null
      : {
          read: [
            '/usr',
            ...input.system.map((entry) => entry.path),
            '/etc',
            '/proc',
            places.programs,
            path.posix.dirname(places.socket),
            ...(places.matplotlibCache === undefined ? [] : [places.matplotlibCache]),
            ...(folders.classFolder === undefined || ownFiles ? [] : [folders.classFolder]),
            ...folders.python,
            ...(places.check === undefined ? [] : [places.check.granted]),
          ],
          write: [places.workspace, '/tmp', '/dev/shm'],
          devices: DEVICES,
        },
    seccomp: !without.has('seccomp'),
    closeDescriptors: !without.has('no-inherited-descriptors'),
    required: input.required.filter((layer) => SELF_MADE.has(layer)),
    endWithParent: !input.namespaces || without.has('pid-namespace'),
    oomScoreAdjust: 500,
    niceness: input.groups.cpu ? 0 : 5,
    classLink:
      ownFiles || folders.classFolder === undefined
        ? null
        : { from: path.posix.join(places.workspace, 'class'), to: folders.classFolder },
  };
}

function resourceLimits({ limits, groups, ownUid }: PolicyInput): Record<string, number> {
  return {
    NOFILE: limits.openFiles,
    FSIZE: limits.fileBytes,
    CORE: 0,
    // Behind the cgroup, and for the whole room: its host, and twice what its runs may have.
    ...(ownUid ? { NPROC: 16 + 2 * limits.runProcesses * limits.activeRuns } : {}),
    MEMLOCK: 64 * 1024,
    MSGQUEUE: 0,
    RTPRIO: 0,
    NICE: 0,
    SIGPENDING: 1024,
    CPU: CPU_S,
    ...(groups.memory ? {} : { DATA: limits.runMemoryBytes }),
  };
}

function definedOnly(variables: Record<string, string | undefined>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(variables).filter((pair): pair is [string, string] => pair[1] !== undefined),
  );
}
