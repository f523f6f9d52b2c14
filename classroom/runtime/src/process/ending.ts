import type { EndReason } from '@rowhouse/classroom-protocol';
import type { RunFacts } from '../launcher/requests.ts';

/** What the room's host said of a process that has ended. */
export interface HostExit {
  readonly code: number | null;
  readonly signal: string | null;
  /** Whether an exception was not caught, or its name. */
  readonly uncaught: boolean | string;
}

/** Of a run that there is nothing to be found about. */
export const NO_FACTS: RunFacts = { oomKilled: false, pidsRefused: 0, cpuMs: null, peakMemoryBytes: null };

/**
 * @param asked why the server ended it, if it did
 * @param interrupted somebody sent it Ctrl-C
 */
export function endReason(
  exit: HostExit,
  facts: RunFacts,
  asked: EndReason | undefined,
  interrupted: boolean,
): EndReason {
  if (asked !== undefined) return asked;
  // A child of its own may have been the one that died: then it went on, and says itself how it ended.
  if (facts.oomKilled && exit.signal === 'SIGKILL') return 'memory-limit';
  if (exit.uncaught === 'MemoryError') return 'memory-limit';
  if (exit.signal === 'SIGXCPU') return 'cpu-limit';
  if (interrupted && (exit.signal === 'SIGINT' || exit.code === 130 || exit.uncaught === 'KeyboardInterrupt')) {
    return 'stopped';
  }
  if (exit.signal !== null) return exit.signal === 'SIGINT' ? 'error' : 'crashed';
  if (facts.oomKilled && exit.code !== 0) return 'memory-limit';
  return exit.code === 0 && exit.uncaught !== true && typeof exit.uncaught !== 'string' ? 'finished' : 'error';
}

/** Reasons that are limits of a student's, to be counted and told apart from ordinary ends. */
const LIMIT_REASONS: ReadonlySet<EndReason> = new Set([
  'memory-limit',
  'cpu-limit',
  'wall-limit',
  'waiting-limit',
  'disk-limit',
  'output-limit',
]);

export function isLimit(reason: EndReason): boolean {
  return LIMIT_REASONS.has(reason);
}
