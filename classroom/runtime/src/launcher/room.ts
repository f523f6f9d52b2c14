import { lstatSync } from 'node:fs';
import path from 'node:path';
import type { LayerName } from '@rowhouse/classroom-protocol';
import { LauncherError } from './errors.ts';
import { ensureWorkspace, look, ownUser } from './folders.ts';
import type { Ground } from './ground.ts';
import { HOST_LEAF, hostLimits, roomLimits } from './groups/index.ts';
import { endProcess, lives, until } from './processes.ts';
import { roomArguments } from './room-arguments.ts';
import { type CheckFolders, layoutOf, type RoomFolders } from './room-layout.ts';
import { roomPolicy } from './room-policy.ts';
import { type Exit, INFO_FD, type RoomProcess, startRoomProcess } from './room-process.ts';
import { endTree, endUser } from './tree-of-processes.ts';

/** How long the end of processes is waited for; one in the midst of a slow disk's answer takes its time. */
const END_MS = 5_000;
const IDLE = { cpuFactor: 0.02 };
const COLLECT_MS = 500;

export interface RoomRequest {
  readonly name: string;
  readonly uid: number;
  /** Folder that holds `room.sock`. */
  readonly socket: string;
  readonly token: string;
  /** A file of our programs. */
  readonly program: string;
  readonly arguments?: readonly string[];
  readonly required: readonly LayerName[];
  readonly matplotlibCache: string | undefined;
  readonly check?: CheckFolders;
  /** Its standard input and output are wanted. */
  readonly spoken?: boolean;
  readonly strayFd?: number;
  /** Gives way to all other rooms. */
  readonly idle?: boolean;
  readonly workspace?: string;
}

export interface OpenRoom {
  readonly name: string;
  /** Of its processes. */
  readonly uid: number;
  readonly process: RoomProcess;
  readonly exited: Promise<Exit>;
  /** Ends everything in it and removes its cgroups; resolves when nothing is left, or after some seconds with what is. */
  end(): Promise<{ readonly left: readonly number[] }>;
}

/** Makes the room of a student. @throws LauncherError */
export async function openRoom(ground: Ground, request: RoomRequest): Promise<OpenRoom> {
  const { groups, processes, bubblewrap, without } = ground;
  const { name } = request;
  const user = ground.userOf(request.uid);
  const uid = (user ?? ownUser()).uid;
  const namespaces = bubblewrap !== undefined;
  const folders = roomFolders(ground, request);
  const places = layoutOf(folders, namespaces && !without.has('mount-namespace'));
  const program = [ground.python.path, '-I', '-S', path.posix.join(places.programs, 'sandbox.py')] as const;
  const plan = { bubblewrap: bubblewrap ?? NONE, system: ground.system, folders, without, infoFd: INFO_FD };
  const [command, ...args] = namespaces ? [bubblewrap.path, ...roomArguments(plan), '--', ...program] : program;

  groups?.createRoom(name, { ...roomLimits(ground.limits), ...(request.idle ? IDLE : {}) });
  groups?.createLeaf(name, HOST_LEAF, hostLimits);
  let process: RoomProcess;
  try {
    process = await startRoomProcess(
      name,
      {
        command,
        args,
        user,
        environment: without.has('empty-environment') ? ground.environment : {},
        cwd: namespaces ? '/' : folders.workspace,
        tells: namespaces,
        stdout: request.spoken === true,
        strayFd: request.strayFd,
      },
      (pid) => {
        groups?.enter(name, HOST_LEAF, pid);
        processes.registry.register({ pid, owner: name, kind: 'room', command, leadsGroup: true });
      },
    );
    if (process.hostPid !== process.pid) {
      groups?.enter(name, HOST_LEAF, process.hostPid);
      processes.registry.register({ pid: process.hostPid, owner: name, kind: 'room-host', command, leadsGroup: false });
    }
  } catch (error) {
    // It may wait for its policy, which nobody will give it.
    for (const { pid, owner } of processes.registry.list()) {
      if (owner === name) processes.safeSignal(pid, 'SIGKILL', 'process');
    }
    forget(ground, name);
    await until(() => groups?.remove(name) ?? true, END_MS);
    throw error instanceof LauncherError
      ? error
      : new LauncherError('ERR_LAUNCHER_SPAWN', { room: name, reason: String(error) });
  }
  process.begin(
    roomPolicy({
      folders,
      system: ground.system,
      limits: ground.limits,
      token: request.token,
      without,
      required: request.required,
      namespaces,
      groups: { memory: groups?.controllers.has('memory') ?? false, cpu: groups?.controllers.has('cpu') ?? false },
      ownUid: ground.ownUids,
      program: request.program,
      arguments: request.arguments ?? [],
      keepStdin: request.spoken === true,
    }),
  );
  const room = { name, uid, process, exited: process.exited };
  let ending: Promise<{ readonly left: readonly number[] }> | undefined;
  return { ...room, end: async () => (ending ??= endRoom(ground, room)) };
}

const NONE = { sizes: false, disableUserns: false };

async function endRoom(
  ground: Ground,
  room: Pick<OpenRoom, 'name' | 'uid' | 'process'>,
): Promise<{ readonly left: readonly number[] }> {
  const { groups, processes } = ground;
  const { pid, hostPid } = room.process;
  let exited = false;
  void room.process.exited.then(() => {
    exited = true;
  });
  if (pid !== hostPid) {
    // With the first process of a pid namespace all others end. bubblewrap collects it and ends by itself: killed at
    // once, it would leave that to the machine's own first process, which may take its time.
    processes.safeSignal(hostPid, 'SIGKILL', 'process');
    await until(() => exited, COLLECT_MS);
  }
  groups?.kill(room.name);
  // Without bubblewrap the room is a tree of processes: the leaves first, for an orphan leaves the tree.
  if (!groups && pid === hostPid) await endTree(processes, room.name, hostPid, END_MS);
  processes.safeSignal(hostPid, 'SIGKILL', 'process');
  processes.safeSignal(pid, 'SIGKILL', 'process');
  if (!groups && ground.ownUids) await endUser(processes, room.name, room.uid, END_MS);
  const isOver = (): boolean => {
    for (const member of groups?.pids(room.name) ?? []) {
      endProcess(processes, room.name, member, () => groups?.pids(room.name).includes(member) ?? false);
    }
    const hostGone = pid === hostPid || !lives(processes, hostPid);
    return exited && hostGone && (groups?.remove(room.name) ?? true);
  };
  const over = await until(isOver, END_MS);
  const left = over ? [] : [...(groups?.pids(room.name) ?? [hostPid])];
  if (over) forget(ground, room.name);
  return { left };
}

function forget({ processes }: Ground, room: string): void {
  for (const record of processes.registry.list()) if (record.owner === room) processes.registry.unregister(record.pid);
}

/** @throws LauncherError `ERR_LAUNCHER_SOCKET`, `ERR_LAUNCHER_UID`, `ERR_LAUNCHER_FOLDER` */
function roomFolders(ground: Ground, request: RoomRequest): RoomFolders {
  requireSocket(request.socket, ground);
  const workspace = request.workspace ?? ground.folders.workspace(request.name);
  ensureWorkspace(workspace, ground.userOf(request.uid));
  // Looked at without following: what a student put there by that name stays, and the class's files are not shown.
  const standing = look(path.join(workspace, 'class'));
  return {
    programs: ground.folders.programs,
    workspace,
    classFolder: standing === undefined || standing.isDirectory() ? ground.folders.classFolder : undefined,
    socket: request.socket,
    matplotlibCache: request.matplotlibCache,
    python: ground.python.folders,
    check: request.check,
  };
}

/** The server made it, and is not root: what it names must be a folder of its own, not a link to another's. */
function requireSocket(folder: string, ground: Ground): void {
  const refuse = (reason: string) =>
    new LauncherError('ERR_LAUNCHER_SOCKET', { socket: path.basename(folder), reason });
  const owners = [ground.server.uid, ownUser().uid];
  let found: ReturnType<typeof lstatSync>;
  try {
    found = lstatSync(folder);
  } catch {
    throw refuse('there is no such folder');
  }
  if (!found.isDirectory()) throw refuse('it is not a folder');
  if (!owners.includes(found.uid)) throw refuse('it does not belong to the server');
}
