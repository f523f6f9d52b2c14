import type { SupervisorEvent } from '@rowhouse/supervisor';
import type { ReadyProgram } from './banner.ts';

/** Remembers who runs and what they said when they were ready. */
export function createBoard(ports: ReadonlyMap<string, number>) {
  const pids = new Map<string, number>();
  const ready = new Map<string, ReadyProgram>();
  return {
    note(event: SupervisorEvent) {
      if (event.type === 'child-started') pids.set(event.id, event.pid);
      if (event.type !== 'child-ready') return;
      const { id, details } = event;
      ready.set(id, { id, pid: pids.get(id) ?? 0, port: ports.get(id) ?? 0, details });
    },
    /** In the order of `ports`. */
    programs: (): readonly ReadyProgram[] => [...ports.keys()].flatMap((id) => ready.get(id) ?? []),
  };
}
