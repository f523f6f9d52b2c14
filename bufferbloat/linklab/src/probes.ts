import type { Crossing } from './crossings.ts';
import { pairInOrder } from './pairing.ts';
import { datagramsOf } from './datagrams.ts';
import { framesOf } from './tcp-frames.ts';

/** One probe's way through the router and back. */
export interface ProbeTruth {
  readonly protocol: 'udp' | 'tcp';
  /** Unix time in milliseconds at which the request reached the router, a moment after the client sent it. */
  readonly sentAtMs: number;
  /** Time in the router on the way to the server; `null`: the queue refused it. */
  readonly upSojournMs: number | null;
  /**
   * From the router to the server and back to it: the server's own time, the base round trip of the link if it has one,
   * and over TCP the wait for what was lost before it. `null`: no answer was found.
   */
  readonly serverTurnaroundMs: number | null;
  /** Time in the router on the way to the client; `null`: no answer was found, or the queue refused it. */
  readonly downSojournMs: number | null;
  /** From the request's arrival at the router to the answer's departure towards the client; `null`: it never left. */
  readonly roundTripMs: number | null;
}

/** A request or an answer, whatever carried it. */
export interface Message {
  /** When it first reached the router. */
  readonly sentAtMs: number;
  /** Of its first passage; `null`: the queue refused that one. */
  readonly sojournMs: number | null;
  /** When whoever it is for could read it, as far as the router knows; `null`: never. */
  readonly deliveredMs: number | null;
}

// Over UDP only time tells which answer belongs to which request, and an echo takes well under a millisecond unless the
// server had to wait for its processor. TCP loses none: the first answer belongs to the first request, and it may have
// had to wait for the resending of another.
const PAIRING = {
  udp: { longestMs: 200, halfWorthMs: 5 },
  tcp: { longestMs: 5000, halfWorthMs: 5000 },
} as const;

/**
 * Finds the probes among the packets of the given server ports.
 *
 * `payloadBytes` is what one probe carries, `baseRttMs` the link's own round trip.
 */
export function findProbes(
  crossings: readonly Crossing[],
  options: { readonly ports: readonly number[]; readonly payloadBytes: number; readonly baseRttMs: number },
): ProbeTruth[] {
  const flows = new Map<string, { protocol: 'tcp' | 'udp'; upload: Crossing[]; download: Crossing[] }>();
  for (const crossing of crossings) {
    const { protocol, sourcePort, destinationPort } = crossing.packet;
    const isUp = crossing.direction === 'upload';
    if (!options.ports.includes(isUp ? destinationPort : sourcePort)) continue;
    const key = `${protocol}:${isUp ? sourcePort : destinationPort}:${isUp ? destinationPort : sourcePort}`;
    const flow = flows.get(key) ?? { protocol, upload: [], download: [] };
    flow[crossing.direction].push(crossing);
    flows.set(key, flow);
  }
  const probes = [...flows.values()].flatMap(({ protocol, upload, download }) => {
    const messages = (passages: Crossing[]) =>
      protocol === 'tcp' ? framesOf(passages) : datagramsOf(passages, options.payloadBytes);
    return pairMessages(protocol, messages(upload), messages(download), options.baseRttMs);
  });
  return probes.toSorted((a, b) => a.sentAtMs - b.sentAtMs);
}

function pairMessages(
  protocol: 'tcp' | 'udp',
  requests: readonly Message[],
  answers: readonly Message[],
  baseRttMs: number,
): ProbeTruth[] {
  const arrived = requests.filter((request) => request.deliveredMs !== null);
  const pairs = pairInOrder(
    arrived.map((request) => request.deliveredMs ?? 0),
    answers.map((answer) => answer.sentAtMs - baseRttMs),
    PAIRING[protocol],
  );
  const answerOf = new Map(arrived.map((request, index) => [request, answers[pairs[index] ?? -1]]));
  return requests.map((request) => {
    const answer = answerOf.get(request);
    return {
      protocol,
      sentAtMs: request.sentAtMs,
      upSojournMs: request.sojournMs,
      serverTurnaroundMs: answer === undefined ? null : answer.sentAtMs - (request.deliveredMs ?? 0),
      downSojournMs: answer?.sojournMs ?? null,
      roundTripMs: answer === undefined || answer.deliveredMs === null ? null : answer.deliveredMs - request.sentAtMs,
    };
  });
}
