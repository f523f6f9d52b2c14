import type { Limits } from '@rowhouse/classroom-protocol';
import type { RunFacts } from '../requests.ts';

export type Controller = 'memory' | 'pids' | 'cpu';

/** What one group may use; what is not given is not limited. */
export interface GroupLimits {
  readonly memoryBytes?: number;
  readonly processes?: number;
  /** A multiple of what others of the same group get. */
  readonly cpuFactor?: number;
}

/** Cgroups of this launcher: one of all, in it one of each room, in it the session host's and one of each run. */
export interface Groups {
  readonly version: 1 | 2;
  readonly controllers: ReadonlySet<Controller>;
  /** Swap is limited too, or there is none. */
  readonly swapHeld: boolean;
  /** Whether the kernel, when it ends one process of a run for want of memory, ends them all. */
  readonly endsWholeRuns: boolean;
  /** Every folder that `sweepPaths` of a later launcher must clear away. */
  readonly roots: readonly string[];
  createRoom(room: string, limits: GroupLimits): void;
  createLeaf(room: string, leaf: string, limits: GroupLimits): void;
  /** @throws the system's error when there is no such process */
  enter(room: string, leaf: string, pid: number): void;
  /** Takes a process out of all our groups again, for it is not ours. */
  expel(pid: number): void;
  has(room: string, leaf: string): boolean;
  leaves(room: string): readonly string[];
  /** Of the leaf, or of the whole room. */
  pids(room: string, leaf?: string): readonly number[];
  /** Nothing in it may start anything more; where the kernel can, it ends them all at once. */
  kill(room: string, leaf?: string): void;
  facts(room: string, leaf: string): RunFacts;
  /** The kernel ended a process of the leaf for want of memory. */
  oomKilled(room: string, leaf: string): boolean;
  cpuMs(room: string): number | null;
  /** @returns false when something is still in it */
  remove(room: string, leaf?: string): boolean;
  /** Clears away what belongs to all; for the end. */
  removeAll(): boolean;
}

export const HOST_LEAF = 'host';
export const runLeaf = (spare: number): string => `run-${spare}`;
/** @returns `undefined`: not the leaf of a run */
export const spareOf = (leaf: string): number | undefined => {
  const [, spare] = /^run-(\d+)$/.exec(leaf) ?? [];
  return spare === undefined ? undefined : Number(spare);
};

/** Room for the session host, the next run's process and the file worker, with some threads. */
const HOST_PROCESSES = 16;
/** A host that forwards output must not wait for the run that produces it. */
const HOST_CPU_FACTOR = 10;

export const roomLimits = (limits: Limits): GroupLimits => ({
  memoryBytes: limits.roomMemoryBytes,
  processes: HOST_PROCESSES + (limits.activeRuns + 1) * limits.runProcesses,
});
export const hostLimits: GroupLimits = { processes: HOST_PROCESSES, cpuFactor: HOST_CPU_FACTOR };
export const runLimits = (limits: Limits): GroupLimits => ({
  memoryBytes: limits.runMemoryBytes,
  processes: limits.runProcesses,
});
