import { USER_PATHS } from '@rowhouse/bufferbloat-protocol';
import type { HouseholdSettings, ProcessReport, UserStats } from '../../settings.ts';
import { isGone, type OwnProcesses } from '../own-process.ts';
import { Instance } from './instance.ts';

/** How often each process is asked for its figures, and how often while it is down. */
const EVERY_MS = 1_000;
const WHILE_DOWN_MS = 200;

/** Knows how every process of the household is, and which of them takes the next visitor. */
export interface Instances {
  readonly all: readonly Instance[];
  of(userId: string): readonly Instance[];
  /** Those that take one more session of that user, the least loaded first. */
  candidates(userId: string): readonly Instance[];
  /** Asks it now. Never rejects: `instance.healthy` tells what came of it. */
  ask(instance: Instance): Promise<void>;
  /** Takes what the launcher says. */
  tell(report: ProcessReport): void;
  stop(): void;
}

export function watchInstances(
  { processes, sessionsPerProcess }: HouseholdSettings,
  own: OwnProcesses,
  nowMs: () => number = () => performance.now(),
): Instances {
  const all = processes.map((process) => new Instance(process, sessionsPerProcess));
  const of = (userId: string) => all.filter(({ process }) => process.userId === userId);
  const ask = async (instance: Instance) => {
    try {
      instance.heard((await own.json(instance.process.port, USER_PATHS.stats)) as UserStats);
    } catch (error) {
      instance.missed(isGone(error));
    }
  };
  const timers = new Map<Instance, NodeJS.Timeout>();
  const askInTurn = async (instance: Instance) => {
    await ask(instance);
    if (!timers.has(instance)) return;
    const timer = setTimeout(() => void askInTurn(instance), instance.healthy ? EVERY_MS : WHILE_DOWN_MS);
    timer.unref();
    timers.set(instance, timer);
  };
  for (const instance of all) {
    timers.set(instance, setTimeout(() => void askInTurn(instance)).unref());
  }
  return {
    all,
    of,
    candidates(userId) {
      const now = nowMs();
      return of(userId)
        .filter((instance) => instance.status(now) === 'ok')
        .toSorted((a, b) => a.load(now) - b.load(now));
    },
    ask,
    tell({ processes: states }) {
      for (const state of states) {
        const instance = all.find(({ process }) => process.id === state.id);
        if (instance?.tell(state)) void ask(instance);
      }
    },
    stop() {
      for (const timer of timers.values()) clearTimeout(timer);
      timers.clear();
    },
  };
}
