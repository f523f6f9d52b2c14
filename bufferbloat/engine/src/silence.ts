import { type ProbeSample, REPLY_WAIT_MS } from './probe-log.ts';

/** So many later replies of the other signal prove that a silent one is dead and the line is not. */
const PROOF_REPLIES = 5;
/** What a gap of that kind is called. */
export const SILENCE_REASON = 'replies ceased';

/**
 * A signal that falls silent for good while the other goes on did not meet a queue: something cut it off. Its unanswered
 * probes from then on are no samples but a gap, which begins at `silentFromMs`.
 */
export function cutSilence(
  own: readonly ProbeSample[],
  other: readonly ProbeSample[],
): { samples: readonly ProbeSample[]; silentFromMs: number | undefined } {
  const lastAnswered = own.findLastIndex((sample) => sample.outcome === 'ok');
  const firstSilent = own[lastAnswered + 1];
  if (lastAnswered < 0 || firstSilent === undefined) return { samples: own, silentFromMs: undefined };
  const proof = other.filter(
    (sample) => sample.outcome === 'ok' && sample.sentMs > firstSilent.sentMs + REPLY_WAIT_MS,
  ).length;
  if (proof < PROOF_REPLIES) return { samples: own, silentFromMs: undefined };
  return { samples: own.slice(0, lastAnswered + 1), silentFromMs: firstSilent.sentMs };
}
