import type { TcpCase } from '../fuzz/case.ts';
import { Random } from '../shared/random.ts';
import { bodyCase, fileCase, requestCase } from './http-cases.ts';
import type { Attacker } from './person-case.ts';
import { frameCase, messageCase, upgradeCase } from './socket-cases.ts';

/** How many of 100 cases are of each kind. */
const SHARES: readonly [number, (random: Random, who: Attacker, neighbourId: string) => TcpCase][] = [
  [25, requestCase],
  [35, fileCase],
  [12, bodyCase],
  [6, upgradeCase],
  [10, frameCase],
  [12, messageCase],
];

/** Case `number` of the sequence that `seed` stands for. It depends on nothing but these and who sends it. */
export function classroomFuzzCase(seed: number, number: number, who: Attacker, neighbourId: string): TcpCase {
  const random = new Random(Math.imul(seed, 0x9e3779b1) ^ Math.imul(number + 1, 0x85ebca6b));
  let ticket = random.int(100);
  for (const [share, make] of SHARES) {
    if (ticket < share) return make(random, who, neighbourId);
    ticket -= share;
  }
  return requestCase(random, who);
}
