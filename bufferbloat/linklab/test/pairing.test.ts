import { describe, expect, it } from 'vitest';
import { pairInOrder, type PairingLimits } from '../src/pairing.ts';
import { randomSource } from './fixtures/random.ts';

const LIMITS: PairingLimits = { longestMs: 200, halfWorthMs: 5 };

describe('pairInOrder', () => {
  it('pairs each request with the answer that follows it', () => {
    expect(pairInOrder([0, 20, 40], [1, 21, 41], LIMITS)).toEqual([0, 1, 2]);
  });

  it('leaves one request alone when its answer is lost, instead of shifting the rest', () => {
    expect(pairInOrder([0, 20, 40, 60], [1, 41, 61], LIMITS)).toEqual([0, null, 1, 2]);
  });

  it('leaves an answer alone that nobody asked for', () => {
    expect(pairInOrder([0, 20, 40], [1, 1.2, 21, 41, 55], LIMITS)).toEqual([0, 2, 3]);
  });

  it('keeps the order through a stall of the server', () => {
    expect(pairInOrder([0, 20, 40, 60], [70, 70.1, 70.2, 70.3], LIMITS)).toEqual([0, 1, 2, 3]);
    expect(pairInOrder([0, 20, 40, 60, 69.9], [70, 70.1, 70.2, 70.3, 70.4], LIMITS)).toEqual([0, 1, 2, 3, 4]);
  });

  it('does not shift more than one pair for the sake of a false answer', () => {
    const requests = [0, 20, 40, 60, 80, 100];
    const answers = [20.5, 40.5, 60.5, 80.5, 100.5, 101]; // none for the first, a false one at the end
    expect(pairInOrder(requests, answers, LIMITS)).toEqual([null, 0, 1, 2, 3, 4]);
    expect(pairInOrder(requests, answers, { longestMs: 200, halfWorthMs: 200 })).toEqual([0, 1, 2, 3, 4, 5]);
  });

  it('makes no pair across more than the longest turnaround, nor back in time', () => {
    expect(pairInOrder([100], [99, 301], LIMITS)).toEqual([null]);
    expect(pairInOrder([], [1], LIMITS)).toEqual([]);
    expect(pairInOrder([1], [], LIMITS)).toEqual([null]);
  });

  it('finds what an exhaustive search finds', () => {
    const random = randomSource(1);
    for (let round = 0; round < 3000; round += 1) {
      const times = (count: number) => Array.from({ length: count }, () => random() * 100).sort((a, b) => a - b);
      const requests = times(Math.floor(random() * 6));
      const answers = times(Math.floor(random() * 6));
      const limits = { longestMs: 40, halfWorthMs: random() * 50 };
      const found = pairInOrder(requests, answers, limits);
      expect(worthOf(requests, answers, found, limits)).toBeCloseTo(bestWorth(requests, answers, limits), 9);
      const taken = found.filter((answer) => answer !== null);
      expect(taken).toEqual(taken.toSorted((a, b) => a - b));
      expect(new Set(taken).size).toBe(taken.length);
    }
  });

  it('recovers who belongs to whom in a test of 40 s with losses and false answers', () => {
    const random = randomSource(2);
    const requests = Array.from({ length: 2000 }, (_, index) => index * 20 + random() * 2);
    const answers: { atMs: number; request: number | null }[] = [];
    requests.forEach((sentMs, request) => {
      if (random() < 0.95) answers.push({ atMs: sentMs + 0.1 + random() * 3, request });
      if (random() < 0.05) answers.push({ atMs: sentMs + random() * 20, request: null });
    });
    answers.sort((a, b) => a.atMs - b.atMs);
    const times = answers.map((answer) => answer.atMs);
    const found = pairInOrder(requests, times, LIMITS);
    const right = found.filter((answer, request) => answer !== null && answers[answer]?.request === request).length;
    const wrong = found.filter((answer, request) => answer !== null && answers[answer]?.request !== request);
    expect(right).toBeGreaterThan(1750);
    expect(wrong.length).toBeLessThan(100); // mostly requests without an answer of their own that found a false one
  });
});

function worthOf(requests: number[], answers: number[], pairs: (number | null)[], limits: PairingLimits): number {
  return pairs.reduce<number>((sum, answer, request) => {
    if (answer === null) return sum;
    const turnaroundMs = (answers[answer] ?? Number.NaN) - (requests[request] ?? Number.NaN);
    expect(turnaroundMs).toBeGreaterThanOrEqual(0);
    expect(turnaroundMs).toBeLessThanOrEqual(limits.longestMs);
    return sum + limits.halfWorthMs / (limits.halfWorthMs + turnaroundMs);
  }, 0);
}

function bestWorth(requests: number[], answers: number[], limits: PairingLimits, request = 0, answer = 0): number {
  if (request === requests.length) return 0;
  let best = bestWorth(requests, answers, limits, request + 1, answer);
  for (let index = answer; index < answers.length; index += 1) {
    const turnaroundMs = (answers[index] ?? Number.NaN) - (requests[request] ?? Number.NaN);
    if (turnaroundMs < 0 || turnaroundMs > limits.longestMs) continue;
    const rest = bestWorth(requests, answers, limits, request + 1, index + 1);
    best = Math.max(best, limits.halfWorthMs / (limits.halfWorthMs + turnaroundMs) + rest);
  }
  return best;
}
