import type { Limits } from '@rowhouse/classroom-protocol';

export interface FilesUsage {
  readonly bytes: number;
  readonly files: number;
}

/** What a student's files take: as last counted, with what was written through the server since. */
export interface Quota {
  /** @param tookMs how long the counting took, which decides how long it is good for */
  counted(usage: FilesUsage, atMs: number, tookMs: number): void;
  /** So much more, or less. */
  wrote(bytes: number, files: number): void;
  /** Something was removed. */
  forget(): void;
  /** Programs write too: what was counted before one ran is not known any more, nor what is close to a limit. */
  isKnown(): boolean;
  left(): FilesUsage;
}

/** Where no program runs; an administrator may still write. */
const GOOD_MS = 2_000;
/** Counting shall take no more than a twentieth of the time. */
const GOOD_TIMES = 20;
/** A file that is written anew counts twice until it is counted again: that must not keep anybody from saving. */
const NEAR = 10;

/** @param ranUntilMs until when a program ran that may have written; now, while one runs */
export function createQuota(limits: Limits, clock: { nowMs(): number }, ranUntilMs: () => number): Quota {
  let known: FilesUsage = { bytes: 0, files: 0 };
  let countedMs = Number.NEGATIVE_INFINITY;
  let tookMs = 0;
  const left = (): FilesUsage => ({
    bytes: Math.max(0, limits.diskBytes - known.bytes),
    files: Math.max(0, limits.diskFiles - known.files),
  });
  const isNear = (): boolean => left().bytes < limits.diskBytes / NEAR || left().files < limits.diskFiles / NEAR;
  return {
    counted(usage, atMs, forMs) {
      known = usage;
      countedMs = atMs;
      tookMs = forMs;
    },
    wrote(bytes, files) {
      known = { bytes: Math.max(0, known.bytes + bytes), files: Math.max(0, known.files + files) };
    },
    forget() {
      countedMs = Number.NEGATIVE_INFINITY;
    },
    isKnown() {
      const isUntouched = ranUntilMs() <= countedMs;
      const goodMs = Math.max(isUntouched ? GOOD_MS : 0, tookMs * GOOD_TIMES);
      return clock.nowMs() < countedMs + goodMs && !isNear();
    },
    left,
  };
}
