import type { Clock } from '@rowhouse/supervisor';
import type { DrivenProcess } from '../process/driven.ts';

/** The processes of one room: those that live, and those that ended a short while ago and can still be looked at. */
export interface RoomProcesses {
  readonly living: readonly DrivenProcess[];
  list(): readonly DrivenProcess[];
  find(id: string): DrivenProcess | undefined;
  add(process: DrivenProcess): void;
}

const KEPT_MS = 10 * 60_000;
const MOST_KEPT = 8;
/** Memory that the output of ended processes may occupy; that of the last is kept whatever its size. */
const MOST_KEPT_BYTES = 1024 * 1024;

export function createRoomProcesses(clock: Pick<Clock, 'nowMs'>): RoomProcesses {
  const living = new Set<DrivenProcess>();
  /** In the order of their ends. */
  let ended: { readonly process: DrivenProcess; readonly endedMs: number }[] = [];

  const forget = (): void => {
    const nowMs = clock.nowMs();
    let bytes = 0;
    let kept = 0;
    const keep = ended.toReversed().filter(({ process, endedMs }) => {
      bytes += process.heldBytes;
      kept += 1;
      return nowMs - endedMs < KEPT_MS && kept <= MOST_KEPT && (kept === 1 || bytes <= MOST_KEPT_BYTES);
    });
    ended = keep.toReversed();
  };

  return {
    get living() {
      return [...living];
    },
    list() {
      forget();
      return [...ended.map(({ process }) => process), ...living];
    },
    find(id) {
      return this.list().find((process) => process.info.id === id);
    },
    add(process) {
      living.add(process);
      void process.ended.then(() => {
        living.delete(process);
        ended.push({ process, endedMs: clock.nowMs() });
        forget();
      });
    },
  };
}
