import { WireError } from './wire-error.ts';

/** The processes that a room's host forked in advance, and what became of them. */
export interface Spares {
  /** The host forked one: `pid` as the room counts. */
  offered(spare: number, pid: number): void;
  /** It has become a run. @returns its pid as the machine counts, if known. @throws WireError when it was never placed */
  used(spare: number): number | null;
  close(): void;
}

export interface SparesOptions {
  /** @returns its pid as the machine counts, if known */
  readonly place: (spare: number, pid: number) => Promise<number | null>;
  /** It is in its cgroup: the host may use it. */
  readonly onPlaced: (spare: number) => void;
  /** It ended unused: its cgroup is not needed. */
  readonly discard: (spare: number) => void;
  readonly onFailed: (error: Error) => void;
}

/** A spare may die before it is placed; that many in a row do not die by chance. */
const MOST_FAILURES = 20;

export function createSpares({ place, onPlaced, discard, onFailed }: SparesOptions): Spares {
  let highest = 0;
  /** The one that is to be placed next: the host has one at a time, so an earlier one is gone. */
  let wanted: { readonly spare: number; readonly pid: number } | undefined;
  let placed: { readonly spare: number; readonly pid: number | null } | undefined;
  let isPlacing = false;
  let isClosed = false;
  let failures = 0;

  const placeNext = async (): Promise<void> => {
    if (isPlacing || isClosed || wanted === undefined) return;
    const { spare, pid } = wanted;
    wanted = undefined;
    isPlacing = true;
    try {
      const machinePid = await place(spare, pid);
      failures = 0;
      if (isClosed) return;
      if (wanted === undefined) {
        placed = { spare, pid: machinePid };
        onPlaced(spare);
      } else discard(spare);
    } catch (error) {
      failures += 1;
      if (failures >= MOST_FAILURES && !isClosed) {
        onFailed(new Error('processes of the room cannot be placed', { cause: error }));
      }
    } finally {
      isPlacing = false;
    }
    await placeNext();
  };

  return {
    offered(spare, pid) {
      if (spare <= highest) throw new WireError(`spare ${spare} after ${highest}`);
      highest = spare;
      if (placed !== undefined) discard(placed.spare);
      placed = undefined;
      wanted = { spare, pid };
      void placeNext();
    },
    used(spare) {
      if (placed?.spare !== spare) throw new WireError(`started with spare ${spare}, which was not placed`);
      const { pid } = placed;
      placed = undefined;
      return pid;
    },
    close() {
      isClosed = true;
    },
  };
}
