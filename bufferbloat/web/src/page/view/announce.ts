import type { RunState } from '../run/state.ts';
import { secondsInWords } from './format.ts';
import { PHASE_ORDER, PHASE_WORDS } from './words.ts';

/**
 * What a screen reader is to be told when a run goes from one state to the next: a sentence a phase and one at either
 * end; `undefined` for everything in between (time passing, queues draining, figures changing).
 */
export function announcement(before: RunState, now: RunState): string | undefined {
  if (before.status !== now.status) {
    const sentence = statusSentence(now, 'Test');
    if (sentence !== undefined) return sentence;
  }
  if (now.status !== 'running' || now.phase === undefined || now.draining) return undefined;
  const begun = before.phase !== now.phase || before.status !== 'running' || before.draining;
  if (!begun) return undefined;
  const step = PHASE_ORDER.indexOf(now.phase) + 1;
  return `Step ${step} of ${PHASE_ORDER.length}: ${PHASE_WORDS[now.phase].doing}.`;
}

/** @param test what it is called at its start */
export function statusSentence(
  state: Pick<RunState, 'status' | 'totalMs' | 'error'>,
  test: 'Test' | 'Household test',
): string | undefined {
  switch (state.status) {
    case 'starting':
      return `${test} starting. It takes about ${secondsInWords(state.totalMs)}.`;
    case 'stopping':
      return 'Stopping.';
    case 'stopped':
      return 'Test stopped. There is no result.';
    case 'failed':
      return `Test failed. ${state.error?.message ?? ''}`.trim();
    case 'done':
      return 'Test finished.';
    case 'idle':
    case 'running':
      return undefined;
  }
}

/** Calls `announcement` with every state in turn. */
export function singleAnnouncer(first: RunState): (now: RunState) => string | undefined {
  let before = first;
  return (now) => {
    const sentence = announcement(before, now);
    before = now;
    return sentence;
  };
}
