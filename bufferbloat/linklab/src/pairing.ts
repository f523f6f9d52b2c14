/** Pairs so far, the latest first, and what they are worth together. */
interface Chain {
  readonly worthMs: number;
  readonly last?: { readonly request: number; readonly answer: number; readonly before: Chain };
}

/**
 * Pairs requests with their answers when nothing but time tells them apart.
 *
 * The server answers in order, so pairs never cross. A pair is worth what its turnaround leaves of `longestMs`; of all
 * pairings this finds the one that is worth most. A lost answer then leaves one request alone instead of shifting all that
 * follow, and no pair takes longer than `longestMs`.
 *
 * Both lists are in milliseconds, ascending. Returns, for each request, the index of its answer or `null`.
 */
export function pairInOrder(
  requestsMs: readonly number[],
  answersMs: readonly number[],
  longestMs: number,
): (number | null)[] {
  let best: Chain = { worthMs: 0 };
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
      const worthMs = before.worthMs + longestMs - turnaroundMs;
      best = withoutRequest.worthMs > withoutAnswer.worthMs ? withoutRequest : withoutAnswer;
      if (worthMs > best.worthMs) best = { worthMs, last: { request, answer, before } };
      withFirst[answer + 1] = best;
      before = withoutRequest;
    }
  });
  const answers: (number | null)[] = requestsMs.map(() => null);
  for (let pair = best.last; pair !== undefined; pair = pair.before.last) answers[pair.request] = pair.answer;
  return answers;
}
