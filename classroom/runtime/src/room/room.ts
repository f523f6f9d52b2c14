import type { Limits, ProcessKind } from '@rowhouse/classroom-protocol';
import type { Clock } from '@rowhouse/supervisor';
import type { Admission } from '../admission/admission.ts';
import type { Room, RoomOwner, RoomsEvent, StartRequest } from '../api.ts';
import { RuntimeError } from '../errors.ts';
import { createRoomFiles } from '../files/room-files.ts';
import { isLimit } from '../process/ending.ts';
import type { DrivenProcess } from '../process/driven.ts';
import type { Entry, Registry } from '../registry/registry.ts';
import { createDiskWatch, type DiskWatch } from './disk-watch.ts';
import { createRoomProcesses } from './room-processes.ts';
import { startRun, type StartedRun } from './run.ts';
import type { Session } from './session.ts';

/** A student's room as the server sees it, and as the rooms drive it. It outlives its sandboxes. */
export interface DrivenRoom extends Room {
  readonly living: readonly DrivenProcess[];
  readonly disk: DiskWatch;
  /** Resolves when it has a sandbox. @throws RuntimeError `ERR_ROOM_CLOSED`, `ERR_ROOM_FAILED`, `ERR_LAUNCHER` */
  ready(): Promise<void>;
  readonly isClosing: boolean;
  /** @param runs CPU time of each run; `null`: only that of the whole room is known, of which `usedMs` are new */
  measured(runs: readonly { readonly spare: number; readonly cpuMs: number }[] | null, usedMs: number): void;
}

export interface RoomDeps {
  readonly limits: Limits;
  readonly clock: Clock;
  readonly classClock: Clock;
  readonly registry: Registry;
  readonly admission: Admission;
  /** Opens a sandbox when its turn comes. @throws whatever kept it from being opened */
  readonly openSession: (owner: RoomOwner) => Promise<Session>;
  readonly onEvent: (event: RoomsEvent) => void;
  /** Nothing of it is left. */
  readonly onClosed: () => void;
}

export function createRoom(owner: RoomOwner, deps: RoomDeps): DrivenRoom {
  const { limits, clock, classClock, registry, admission, onEvent } = deps;
  const processes = createRoomProcesses(classClock);
  const spares = new Map<DrivenProcess, number>();
  let opening: Promise<Session> | undefined;
  let current: Session | undefined;
  let closing: Promise<void> | undefined;

  const requireOpen = (): void => {
    if (closing !== undefined) throw new RuntimeError('ERR_ROOM_CLOSED', { owner: owner.id });
  };

  /** A sandbox that failed is replaced once nothing of it is left. */
  const open = async (): Promise<Session> => {
    await current?.gone;
    try {
      const opened = await deps.openSession(owner);
      current = opened;
      if (closing === undefined) return opened;
      await opened.close();
    } catch (error) {
      if (error instanceof RuntimeError && error.code === 'ERR_LAUNCHER') throw error;
      const reason = error instanceof Error ? error.message : String(error);
      throw new RuntimeError('ERR_ROOM_FAILED', { owner: owner.id, reason }, { cause: error });
    }
    throw new RuntimeError('ERR_ROOM_CLOSED', { owner: owner.id });
  };
  const session = async (): Promise<Session> => {
    requireOpen();
    if (current?.isOpen === true) return current;
    opening ??= open().finally(() => {
      opening = undefined;
    });
    return opening;
  };

  const follow = ({ process, pid, spare }: StartedRun, entry: Entry, leave: () => void): void => {
    processes.add(process);
    entry.started(pid);
    if (spare !== null) spares.set(process, spare);
    onEvent({ type: 'process-started', process: process.info, pid: pid ?? 0 });
    disk.started();
    void process.ended.then((end) => {
      spares.delete(process);
      leave();
      entry.unregister();
      if (isLimit(end.reason)) onLimit(end.reason, end.message);
      onEvent({ type: 'process-ended', process: process.info, end });
    });
  };
  const onLimit = (limit: string, message: string): void =>
    onEvent({ type: 'limit-reached', owner: owner.id, limit, message });

  const begin = async (
    request: StartRequest,
    kind: ProcessKind,
    entry: Entry,
    onQueued: (position: number) => void,
    signal: AbortSignal | undefined,
  ): Promise<DrivenProcess> => {
    await session();
    const leave = await admission.enter({ interactive: kind === 'repl', onQueued, signal });
    try {
      const room = await session();
      const started = await startRun(room, request, {
        owner: owner.id,
        limits,
        clock,
        classClock,
        onActivity: () => entry.touch(),
        onAbandonWarning: ({ info }, inMs) => onEvent({ type: 'abandon-warning', process: info, inMs }),
        onLimit,
      });
      follow(started, entry, leave);
      return started.process;
    } catch (error) {
      leave();
      throw error;
    }
  };

  const files = createRoomFiles({
    limits,
    clock,
    classClock,
    session,
    ranUntilMs: () => Math.max(...processes.list().map((process) => process.ranUntilMs)),
    async enter() {
      const entry = await registry.registerFile(owner.id);
      return () => entry.unregister();
    },
  });

  const disk = createDiskWatch({
    scan: () => files.scan(),
    limits,
    clock,
    isNeeded: () => processes.living.length > 0,
    onOver() {
      for (const process of processes.living) void process.end('disk-limit');
    },
  });

  const shut = async (reason: 'room-closed' | 'server-stopped'): Promise<void> => {
    await Promise.all(processes.living.map((process) => process.end(reason)));
    await opening?.catch(() => {});
    await current?.close();
    deps.onClosed();
  };

  return {
    owner,
    files,
    get living() {
      return processes.living;
    },
    disk,
    async ready() {
      await session();
    },
    get isClosing() {
      return closing !== undefined;
    },
    measured(runs, usedMs) {
      const { living } = processes;
      for (const process of living) {
        const run = runs?.find(({ spare }) => spare === spares.get(process));
        if (runs === null) process.measured(process.cpuMs + usedMs / living.length);
        else if (run !== undefined) process.measured(run.cpuMs);
      }
    },
    processes: () => processes.list(),
    process: (id) => processes.find(id),
    async start(request, onQueued, signal) {
      requireOpen();
      const kind = request.kind === 'script' && (request.file ?? request.source) !== undefined ? 'script' : 'repl';
      const entry = register(kind);
      try {
        return await begin(request, kind, entry, onQueued, signal);
      } catch (error) {
        entry.unregister();
        throw error;
      }
    },
    async close(reason) {
      closing ??= Promise.resolve().then(() => shut(reason));
      await closing;
    },
  };

  function register(kind: ProcessKind): Entry {
    try {
      return registry.register(owner.id, kind);
    } catch (error) {
      if (error instanceof RuntimeError && error.code === 'ERR_LIMIT') {
        onLimit((error as RuntimeError<'ERR_LIMIT'>).details.limit, error.message);
      }
      throw error;
    }
  }
}
