import { setTimeout as sleep } from 'node:timers/promises';
import { deliver } from '../fuzz/deliver.ts';
import { loopback } from '../shared/tickets.ts';
import { classroomFuzzCase } from './cases.ts';
import type { Attacker } from './person-case.ts';

export interface AttackOptions {
  readonly port: number;
  readonly seed: number;
  /** Cases `from` to `from + count - 1` of the seed's sequence. */
  readonly from: number;
  readonly count: number;
  /** How many to send per second at most; each attacker has a bound of their own at the server. */
  readonly perS: number;
  readonly attackers: readonly Attacker[];
  readonly neighbourId: string;
}

/** What came of an attack. */
export interface Tally {
  readonly cases: number;
  readonly kinds: Readonly<Record<string, number>>;
  readonly statuses: Readonly<Record<string, number>>;
  /** Numbers of the cases whose answer repeated a header that the client made up. */
  readonly reflected: readonly number[];
  /** Numbers of the cases that were answered with an internal error. */
  readonly internalErrors: readonly number[];
}

/** Clients come from this many addresses, so that limits per address do not hide what is behind them. */
const ADDRESSES = 400;
const CONCURRENCY = 64;
/** A file is asked for in a room, on a machine that has more to do. */
const PATIENCE_MS = 600;

/** Sends a stretch of a seed's cases to a classroom on loopback. */
export async function attack(options: AttackOptions): Promise<Tally> {
  const { port, seed, from, count, perS, attackers, neighbourId } = options;
  const kinds: Record<string, number> = {};
  const statuses: Record<string, number> = {};
  const reflected: number[] = [];
  const internalErrors: number[] = [];
  const note = (of: Record<string, number>, key: string) => (of[key] = (of[key] ?? 0) + 1);

  let next = from;
  const startMs = performance.now();
  const worker = async () => {
    while (next < from + count) {
      const number = next;
      next += 1;
      const earlyMs = ((number - from) / perS) * 1000 - (performance.now() - startMs);
      if (earlyMs > 0) await sleep(earlyMs);
      const who = attackers[number % attackers.length];
      if (!who) return;
      const one = classroomFuzzCase(seed, number, who, neighbourId);
      note(kinds, one.kind);
      const answer = await deliver(one, port, loopback(number % ADDRESSES), PATIENCE_MS);
      note(statuses, answer.status);
      // A message's process is named in what is said of it, by the protocol.
      if (answer.reflected && one.kind !== 'messages') reflected.push(number);
      if (answer.status === '500') internalErrors.push(number);
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, worker));
  return { cases: count, kinds, statuses, reflected, internalErrors };
}
