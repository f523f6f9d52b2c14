import type { ChildSpec } from './child-spec.ts';
import { type OsProcess, startProcess } from './child-process.ts';
import type { Clock } from './clock.ts';
import type { ChildEvent } from './core/types.ts';
import { SupervisorError } from './errors.ts';
import type { SupervisorEvent } from './events.ts';
import type { JsonValue } from './json.ts';
import type { ChildMessage, ParentMessage } from './messages.ts';
import type { ProcessRegistry } from './registry.ts';
import type { SafeSignal, SafeSignalName } from './safe-signal.ts';

/** How often a group that does not want to die is looked at again. */
const drainPollMs = 10;

interface Run {
  readonly spec: ChildSpec;
  readonly os: OsProcess;
  report?: JsonValue;
  pipesClosed: boolean;
  /** Nothing is left of its group that could or may be signalled. */
  groupCleared: boolean;
  cancelPoll?: () => void;
}

export interface Runner {
  spawn(spec: ChildSpec, run: number): void;
  send(run: number, message: ParentMessage): void;
  signal(run: number, signal: SafeSignalName): void;
  drain(run: number): void;
  release(run: number): void;
  pid(run: number): number | undefined;
  lastReport(run: number): JsonValue | undefined;
}

/** Carries out what the core decides, on real processes, and tells the core what comes of it. It decides nothing. */
export function createRunner(world: {
  readonly registry: ProcessRegistry;
  readonly safeSignal: SafeSignal;
  readonly clock: Clock;
  readonly tell: (event: ChildEvent) => void;
  readonly emit: (event: SupervisorEvent) => void;
}): Runner {
  const { registry, safeSignal, clock, tell, emit } = world;
  const runs = new Map<number, Run>();

  const onMessage = (spec: ChildSpec, run: number, message: ChildMessage): void => {
    const { id } = spec;
    const running = runs.get(run);
    if (running === undefined) return;
    switch (message.type) {
      case 'ready':
        return tell({ ...message, id, run });
      case 'pong':
        return tell({ type: 'pong', id, run, ping: message.id });
      case 'report':
        running.report = message.data;
        if (running.os.pid !== undefined) registry.touch(running.os.pid);
        return emit({ type: 'child-report', id, data: message.data });
    }
  };

  const register = ({ owner, kind, command }: ChildSpec, os: OsProcess, pid: number): void => {
    try {
      registry.register({ pid, owner, kind, command, leadsGroup: true });
    } catch (error) {
      // What is not registered cannot be signalled. A closed channel tells it to stop all the same.
      os.closePipes();
      throw error;
    }
  };

  const start = (spec: ChildSpec, run: number): void => {
    const { id, owner, kind } = spec;
    registry.admit(owner, kind);
    const fail = (reason: string) => tell({ type: 'spawn-failed', id, run, error: spawnError(spec, reason) });
    const os = startProcess(spec, clock, {
      onSpawnError: fail,
      onMessage: (message) => onMessage(spec, run, message),
      onViolation: (reason) => tell({ type: 'protocol-error', id, run, reason }),
      onOutput: (stream, line) => emit({ type: 'child-output', id, stream, line }),
      onExit(code, signal) {
        if (os.pid !== undefined) registry.markExited(os.pid);
        tell({ type: 'exited', id, run, code, signal });
      },
      onClose() {
        const running = runs.get(run);
        if (running === undefined) return;
        running.pipesClosed = true;
        if (running.cancelPoll !== undefined) drain(run);
      },
    });
    if (os.pid === undefined) return;
    register(spec, os, os.pid);
    runs.set(run, { spec, os, pipesClosed: false, groupCleared: false });
    emit({ type: 'child-started', id, pid: os.pid });
  };

  const signalGroup = (run: number, signal: SafeSignalName): boolean => {
    const { spec, os } = runs.get(run) ?? {};
    if (spec === undefined || os?.pid === undefined) return false;
    const outcome = safeSignal(os.pid, signal, 'group');
    if (!outcome.sent && outcome.reason !== 'gone') {
      emit({ type: 'signal-refused', id: spec.id, signal, reason: outcome.reason });
    }
    return outcome.sent;
  };

  const drain = (run: number): void => {
    const running = runs.get(run);
    if (running === undefined) return;
    running.cancelPoll?.();
    running.groupCleared ||= !signalGroup(run, 'SIGKILL');
    if (running.groupCleared && running.pipesClosed) {
      tell({ type: 'drained', id: running.spec.id, run });
    } else {
      running.cancelPoll = clock.after(drainPollMs, () => drain(run));
    }
  };

  return {
    spawn(spec, run) {
      try {
        start(spec, run);
      } catch (error) {
        const known = error instanceof SupervisorError ? error : spawnError(spec, String(error));
        tell({ type: 'spawn-failed', id: spec.id, run, error: known });
      }
    },
    send: (run, message) => runs.get(run)?.os.send(message),
    signal: (run, signal) => void signalGroup(run, signal),
    drain,
    release(run) {
      const running = runs.get(run);
      if (running === undefined) return;
      runs.delete(run);
      running.cancelPoll?.();
      running.os.closePipes();
      if (running.os.pid !== undefined) registry.unregister(running.os.pid);
    },
    pid: (run) => runs.get(run)?.os.pid,
    lastReport: (run) => runs.get(run)?.report,
  };
}

function spawnError({ id, command }: ChildSpec, reason: string): SupervisorError {
  return new SupervisorError('ERR_CHILD_SPAWN', { childId: id, command, reason });
}
