import type { TcpCase, UdpCase } from './case.ts';
import { discoveryCase, sessionCase } from './household-cases.ts';
import { noiseCase, requestCase, tokenCase, uploadCase } from './http-cases.ts';
import { Random } from '../shared/random.ts';
import { type Decoy, signallingCase } from './signalling-cases.ts';
import { udpCase } from './udp-cases.ts';
import { frameCase, upgradeCase } from './websocket-cases.ts';

/** What a case needs of the moment in which it is sent. */
export interface CaseContext {
  /** A token that the server accepts, for loads. */
  readonly token: string;
  /** One for sockets: a test whose telemetry socket was closed is over, and its loads would all be refused. */
  readonly socketToken: string;
  /** One for a household's sessions. */
  readonly sessionToken: string;
  readonly decoy: Decoy;
  /** Unix milliseconds. */
  readonly nowMs: number;
}

/** How many of 100 cases are of each kind. Setting up a peer connection is native code: few, but as many as it takes. */
const SHARES: readonly [number, (random: Random, context: CaseContext) => TcpCase | UdpCase][] = [
  [25, (random, { token }) => requestCase(random, token)],
  [4, (random) => noiseCase(random)],
  [11, (random, { token }) => tokenCase(random, token)],
  [11, (random, { token }) => uploadCase(random, token)],
  [8, (random, { socketToken }) => upgradeCase(random, socketToken)],
  [15, (random, { socketToken }) => frameCase(random, socketToken)],
  [5, (random, { sessionToken, nowMs }) => discoveryCase(random, sessionToken, nowMs)],
  [9, (random, { sessionToken, nowMs }) => sessionCase(random, sessionToken, nowMs)],
  [2, (random, { socketToken, decoy }) => signallingCase(random, socketToken, decoy)],
  [10, (random) => udpCase(random)],
];

/** Case `number` of the sequence that `seed` stands for. It depends on nothing but these and the context. */
export function fuzzCase(seed: number, number: number, context: CaseContext): TcpCase | UdpCase {
  const random = new Random(Math.imul(seed, 0x9e3779b1) ^ Math.imul(number + 1, 0x85ebca6b));
  let ticket = random.int(100);
  for (const [share, make] of SHARES) {
    if (ticket < share) return make(random, context);
    ticket -= share;
  }
  return udpCase(random);
}
