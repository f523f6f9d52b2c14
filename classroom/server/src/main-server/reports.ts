import type { Rooms } from '@rowhouse/classroom-runtime';
import type { Clock } from '@rowhouse/supervisor';
import type { SessionEvents } from '../sessions/api.ts';

const EVERY_MS = 5000;

/** Tells the sessions what their people run and use (requirement C8). @returns stops it */
export function reportUsage(deps: {
  readonly rooms: Rooms;
  readonly sessions: SessionEvents;
  /** Session by account, of those with a page open. */
  readonly connected: () => ReadonlyMap<string, string>;
  readonly pidOf: (process: string) => number | null;
  readonly clock: Clock;
}): () => void {
  const { rooms, sessions, connected, pidOf, clock } = deps;
  let cancel = (): void => {};
  const report = () => {
    const usage = new Map(rooms.usage().map((room) => [room.owner, room]));
    for (const [account, session] of connected()) {
      const living =
        rooms
          .find(account)
          ?.processes()
          .filter(({ info }) => info.state !== 'ended') ?? [];
      const used = usage.get(account);
      sessions.report(session, {
        activeProcesses: living.map(({ info }) => ({ id: info.id, kind: info.kind, pid: pidOf(info.id) })),
        ...(used ? { resourceUsage: { memoryBytes: used.pssBytes, cpuMs: used.cpuMs } } : {}),
      });
    }
    cancel = clock.after(EVERY_MS, report);
  };
  cancel = clock.after(EVERY_MS, report);
  return () => cancel();
}
