import type { Limits } from '@rowhouse/classroom-protocol';

export interface FilesUsage {
  readonly bytes: number;
  readonly files: number;
}

/** What a student's files take: as last counted, with what was written through the server since. */
export interface Quota {
  /** @param tookMs how long the counting took, which decides how long it is good for */
  counted(usage: FilesUsage, atMs: number, tookMs: number): void;
  /** A file of so many bytes, perhaps a new one. */
  wrote(bytes: number): void;
  /** Something was removed. */
  forget(): void;
  /** Programs write too: what was counted a while ago is not known any more, nor what is close to a limit. */
  isKnown(): boolean;
  left(): FilesUsage;
}

const GOOD_MS = 2_000;
/** Counting shall take no more than a twentieth of the time. */
const GOOD_TIMES = 20;
/** A file that is written anew counts twice until it is counted again: that must not keep anybody from saving. */
const NEAR = 10;

export function createQuota(limits: Limits, clock: { nowMs(): number }): Quota {
  let known: FilesUsage = { bytes: 0, files: 0 };
  let goodUntilMs = Number.NEGATIVE_INFINITY;
  const left = (): FilesUsage => ({
    bytes: Math.max(0, limits.diskBytes - known.bytes),
    files: Math.max(0, limits.diskFiles - known.files),
  });
  const isNear = (): boolean => left().bytes < limits.diskBytes / NEAR || left().files < limits.diskFiles / NEAR;
  return {
    counted(usage, atMs, tookMs) {
      known = usage;
      goodUntilMs = atMs + Math.max(GOOD_MS, tookMs * GOOD_TIMES);
    },
    wrote(bytes) {
      known = { bytes: known.bytes + bytes, files: known.files + 1 };
    },
    forget() {
      goodUntilMs = Number.NEGATIVE_INFINITY;
    },
    isKnown: () => clock.nowMs() < goodUntilMs && !isNear(),
    left,
  };
}
