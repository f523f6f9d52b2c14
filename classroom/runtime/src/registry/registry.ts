import type { Limits, ProcessKind } from '@rowhouse/classroom-protocol';
import { RuntimeError } from '../errors.ts';

/** What a student's registered process is. */
export type RegisteredKind = ProcessKind | 'file';

export interface Registration {
  readonly owner: string;
  readonly kind: RegisteredKind;
  /** As the machine counts; `null` while it is not known. */
  pid: number | null;
  /** When its owner last had to do with it, in ms of the registry's clock. */
  lastActivityMs: number;
}

/** Every process of every student: script, REPL, file operation. The launcher keeps what is needed to signal them. */
export interface Registry {
  readonly size: number;
  count(kinds: readonly RegisteredKind[], owner?: string): number;
  list(): readonly Readonly<Registration>[];
  /** @throws RuntimeError `ERR_LIMIT` when the student may have no more programs */
  admitRun(owner: string): void;
  /** Before it begins, so that two that begin at once are both counted. @throws as `admitRun` */
  register(owner: string, kind: ProcessKind): Entry;
  /** In turn, as file operations are short. */
  registerFile(owner: string): Promise<Entry>;
}

export interface Entry {
  started(pid: number | null): void;
  touch(): void;
  /** On every way out; once is enough. */
  unregister(): void;
}

/** Of all processes a third are file operations, as of each student's: so a full machine still saves. */
const FILE_SHARE = 3;

/** How many programs may run in all. */
export function mostRuns(limits: Limits): number {
  return limits.processesTotal - Math.floor(limits.processesTotal / FILE_SHARE);
}

export function createRegistry(limits: Limits, clock: { nowMs(): number }): Registry {
  const registrations = new Set<Registration>();
  const waiting: (() => void)[] = [];
  const mostFiles = Math.max(1, Math.floor(limits.processesTotal / FILE_SHARE));
  let files = 0;

  const count = (kinds: readonly RegisteredKind[], owner?: string): number => {
    let found = 0;
    for (const one of registrations) {
      if (kinds.includes(one.kind) && (owner === undefined || one.owner === owner)) found += 1;
    }
    return found;
  };

  const admitRun = (owner: string): void => {
    const running = count(['script', 'repl'], owner);
    if (running >= limits.activeRuns) {
      throw new RuntimeError('ERR_LIMIT', { limit: 'activeRuns', value: limits.activeRuns });
    }
    // One of them is kept for file operations.
    if (running >= Math.max(1, limits.processesPerUser - 1)) {
      throw new RuntimeError('ERR_LIMIT', { limit: 'processesPerUser', value: limits.processesPerUser });
    }
  };

  const add = (owner: string, kind: RegisteredKind, onGone: () => void): Entry => {
    const registration: Registration = { owner, kind, pid: null, lastActivityMs: clock.nowMs() };
    registrations.add(registration);
    return {
      started(pid) {
        registration.pid = pid;
      },
      touch() {
        registration.lastActivityMs = clock.nowMs();
      },
      unregister() {
        if (registrations.delete(registration)) onGone();
      },
    };
  };

  return {
    get size() {
      return registrations.size;
    },
    count,
    list: () => [...registrations],
    admitRun,
    register(owner, kind) {
      admitRun(owner);
      return add(owner, kind, () => {});
    },
    async registerFile(owner) {
      if (files >= mostFiles) {
        await new Promise<void>((resolve) => {
          waiting.push(resolve);
        });
      } else files += 1;
      return add(owner, 'file', () => {
        const next = waiting.shift();
        // The place goes on to the next.
        if (next === undefined) files -= 1;
        else next();
      });
    },
  };
}
