export interface PairingLimits {
  /** No pair takes longer, in milliseconds. */
  readonly longestMs: number;
  /** The turnaround at which a pair is worth half as much as an immediate one, in milliseconds. */
  readonly halfWorthMs: number;
}

/** Pairs so far, the latest first, and what they are worth together. */
interface Chain {
  readonly worth: number;
  readonly last?: { readonly request: number; readonly answer: number; readonly before: Chain };
}

/**
 * Pairs requests with their answers when nothing but time tells them apart.
 *
 * The server answers in order, so pairs never cross. Of all such pairings this finds the one that is worth most, where a
 * pair is worth the less the longer it took. With a small `halfWorthMs` a lost answer next to a false one cannot shift
 * all pairs between them; with a large one as many pairs as possible are made.
 *
 * Both lists are in milliseconds, ascending. Returns, for each request, the index of its answer or `null`.
 */
export function pairInOrder(
  requestsMs: readonly number[],
  answersMs: readonly number[],
  { longestMs, halfWorthMs }: PairingLimits,
): (number | null)[] {
  let best: Chain = { worth: 0 };
  // withFirst[n]: the best chain so far that uses none but the first n answers. It is only as long as needed: beyond its
  // end the last one holds.
  const withFirst: Chain[] = [best];
  let earliest = 0;
  requestsMs.forEach((requestMs, request) => {
    while ((answersMs[earliest] ?? Number.POSITIVE_INFINITY) < requestMs) {
      earliest += 1;
      withFirst[earliest] ??= best;
    }
    let before = withFirst[earliest] ?? best;
    for (let answer = earliest; answer < answersMs.length; answer += 1) {
      const turnaroundMs = (answersMs[answer] ?? Number.POSITIVE_INFINITY) - requestMs;
      if (turnaroundMs > longestMs) break;
      const withoutRequest = withFirst[answer + 1] ?? before;
      const withoutAnswer = withFirst[answer] ?? before;
      const worth = before.worth + halfWorthMs / (halfWorthMs + turnaroundMs);
      best = withoutRequest.worth > withoutAnswer.worth ? withoutRequest : withoutAnswer;
      if (worth > best.worth) best = { worth, last: { request, answer, before } };
      withFirst[answer + 1] = best;
      before = withoutRequest;
    }
  });
  const answers: (number | null)[] = requestsMs.map(() => null);
  for (let pair = best.last; pair !== undefined; pair = pair.before.last) answers[pair.request] = pair.answer;
  return answers;
}
