import { readFileSync } from 'node:fs';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import {
  type ChildSpec,
  type Clock,
  createSupervisor,
  type Supervisor,
  type SupervisorEvent,
  type SupervisorOptions,
  systemClock,
} from '../src/index.ts';

export const fixture = (name: string): string => fileURLToPath(new URL(`fixtures/${name}`, import.meta.url));

/** Arguments that let Node run a fixture written in TypeScript against the sources. */
export const typescriptArgs = ['--conditions=source', '--import', import.meta.resolve('tsx')];

export function childSpec(name: string, more: Partial<ChildSpec> = {}): ChildSpec {
  return {
    id: name,
    owner: 'test',
    kind: 'fixture',
    command: process.execPath,
    args: name.endsWith('.ts') ? [...typescriptArgs, fixture(name)] : [fixture(`${name}.mjs`)],
    restart: 'permanent',
    readyTimeoutMs: 15_000,
    stopTimeoutMs: 5_000,
    ...more,
  };
}

/** Longer than any wait that a restart at once may have, shorter than every other. */
const AT_ONCE_MS = 20;

/** A clock on which long waits never end: what happens by it happens at once, however slow the machine is. */
export const patient: Clock = {
  ...systemClock,
  after: (delayMs, run) => (delayMs > AT_ONCE_MS ? () => undefined : systemClock.after(delayMs, run)),
};

export type EventOf<T extends SupervisorEvent['type']> = Extract<SupervisorEvent, { type: T }>;

export interface Observed {
  readonly supervisor: Supervisor;
  readonly events: readonly SupervisorEvent[];
  /** The next event of this type from now on. */
  next<T extends SupervisorEvent['type']>(type: T, id?: string): Promise<EventOf<T>>;
  types(id: string): readonly string[];
}

/** A supervisor whose events can be awaited, and which is stopped when the test ends, however it ends. */
export function observe(children: readonly ChildSpec[], options: Partial<SupervisorOptions> = {}): Observed {
  const events: SupervisorEvent[] = [];
  const waiting = new Set<(event: SupervisorEvent) => void>();
  const supervisor = createSupervisor({
    children,
    intensity: { restarts: 3, periodMs: 60_000 },
    ...options,
    onEvent(event) {
      events.push(event);
      for (const each of waiting) each(event);
      options.onEvent?.(event);
    },
  });
  onTestFinished(async () => supervisor.stop());
  return {
    supervisor,
    events,
    next: async (type, id) =>
      new Promise((resolve) => {
        const listen = (event: SupervisorEvent): void => {
          if (event.type !== type || (id !== undefined && !('id' in event && event.id === id))) return;
          waiting.delete(listen);
          resolve(event as EventOf<typeof type>);
        };
        waiting.add(listen);
      }),
    types: (id) => events.filter((event) => 'id' in event && event.id === id).map((event) => event.type),
  };
}

/** True while a process of that number runs; one that is dead but not yet collected does not count. */
export function isAlive(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return !['Z', 'X'].includes(stat[stat.lastIndexOf(')') + 2] ?? '');
  } catch {
    return false;
  }
}

/** Resolves once none of the processes runs any more; a process that is not our child has no event to wait for. */
export async function allGone(pids: readonly number[]): Promise<void> {
  while (pids.some(isAlive)) await new Promise((resolve) => setTimeout(resolve, 5));
}
