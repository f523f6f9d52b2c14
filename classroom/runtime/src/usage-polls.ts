import type { Clock } from '@rowhouse/supervisor';
import type { RoomUsage } from './api.ts';
import type { LauncherRoomUsage } from './launcher/requests.ts';
import type { LauncherLink } from './room/launcher-link.ts';
import type { DrivenRoom } from './room/room.ts';

const EVERY_MS = 2_000;
/** What a room's host alone uses between two polls, looking after itself. */
const IDLE_CPU_MS = 20;

/** Asks the launcher every two seconds what rooms use, and has the limits looked at that follow from it. */
export function createUsagePolls(deps: {
  readonly launcher: Pick<LauncherLink, 'usage'>;
  readonly clock: Clock;
  readonly rooms: () => ReadonlyMap<string, DrivenRoom>;
  readonly onMeasured: (usage: readonly RoomUsage[]) => void;
}): { stop(): void } {
  const { launcher, clock, rooms, onMeasured } = deps;
  const cpuBefore = new Map<string, number>();
  let isOver = false;
  let cancel = () => {};

  const look = (room: DrivenRoom, measured: LauncherRoomUsage | undefined): void => {
    const { id } = room.owner;
    let usedMs = 0;
    if (measured !== undefined) {
      usedMs = Math.max(0, measured.cpuMs - (cpuBefore.get(id) ?? measured.cpuMs));
      cpuBefore.set(id, measured.cpuMs);
      room.measured(measured.runs, usedMs);
    }
    const isActive = usedMs > IDLE_CPU_MS || room.living.some(({ info }) => info.state === 'running');
    void room.disk.look(isActive);
  };

  const poll = async (): Promise<void> => {
    if (rooms().size === 0) return onMeasured([]);
    // A launcher that is being started anew answers the next time.
    const usage = await launcher.usage().catch(() => undefined);
    if (isOver) return;
    for (const room of cpuBefore.keys()) if (!rooms().has(room)) cpuBefore.delete(room);
    for (const [id, room] of rooms())
      look(
        room,
        usage?.find((measured) => measured.room === id),
      );
    if (usage === undefined) return;
    onMeasured(usage.map(({ room, pssBytes, cpuMs, processes }) => ({ owner: room, pssBytes, cpuMs, processes })));
  };
  const pollAgain = (): void => {
    cancel = clock.after(EVERY_MS, () => {
      void poll().then(() => {
        if (!isOver) pollAgain();
      });
    });
  };
  pollAgain();
  return {
    stop() {
      isOver = true;
      cancel();
    },
  };
}
