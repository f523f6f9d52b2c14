import { USER_PATHS } from '@rowhouse/bufferbloat-protocol';
import type { Crossing } from './crossings.ts';
import { datagramsOf } from './datagrams.ts';
import { pairInOrder } from './pairing.ts';
import type { Message } from './probe-message.ts';
import { framesOf } from './tcp-frames.ts';

/** One probe's way through the router and back. */
export interface ProbeTruth {
  readonly protocol: 'udp' | 'tcp';
  /** The server's port. */
  readonly port: number;
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

// Over UDP only time tells which answer belongs to which request, and an echo takes well under a millisecond unless the
// server had to wait for its processor. TCP loses none: the first answer belongs to the first request, and it may have
// had to wait for the resending of another.
const PAIRING = {
  udp: { longestMs: 200, halfWorthMs: 5 },
  tcp: { longestMs: 5000, halfWorthMs: 5000 },
} as const;

export interface ProbeSearch {
  /** Server ports with nothing but probes. */
  readonly ports: readonly number[];
  /** Server ports with other connections beside those of probes. */
  readonly sharedPorts?: readonly number[];
  /** What one probe carries. */
  readonly payloadBytes: number;
  /** The link's own round trip. */
  readonly baseRttMs: number;
}

interface Flow {
  readonly protocol: 'tcp' | 'udp';
  readonly port: number;
  readonly upload: Crossing[];
  readonly download: Crossing[];
}

/** Finds the probes among the packets of the given server ports. */
export function findProbes(crossings: readonly Crossing[], search: ProbeSearch): ProbeTruth[] {
  const shared = search.sharedPorts ?? [];
  const probes = flowsOf(crossings, [...search.ports, ...shared])
    .filter((flow) => flow.protocol === 'udp' || !shared.includes(flow.port) || wasOpenedForProbes(flow))
    .flatMap((flow) => {
      const messages = (passages: Crossing[]) =>
        flow.protocol === 'tcp' ? framesOf(passages) : datagramsOf(passages, search.payloadBytes);
      return pairMessages(flow, messages(flow.upload), messages(flow.download), search.baseRttMs);
    });
  return probes.toSorted((a, b) => a.sentAtMs - b.sentAtMs);
}

function flowsOf(crossings: readonly Crossing[], ports: readonly number[]): Flow[] {
  const flows = new Map<string, Flow>();
  for (const crossing of crossings) {
    const { protocol, sourcePort, destinationPort } = crossing.packet;
    const isUp = crossing.direction === 'upload';
    const port = isUp ? destinationPort : sourcePort;
    if (!ports.includes(port)) continue;
    const key = `${protocol}:${isUp ? sourcePort : destinationPort}:${port}`;
    const flow = flows.get(key) ?? { protocol, port, upload: [], download: [] };
    flow[crossing.direction].push(crossing);
    flows.set(key, flow);
  }
  return [...flows.values()];
}

const PROBE_REQUEST = `GET ${USER_PATHS.probe}`;

function wasOpenedForProbes({ upload }: Flow): boolean {
  return upload.some(({ packet }) => Buffer.from(packet.payloadHead).toString('latin1').startsWith(PROBE_REQUEST));
}

function pairMessages(
  { protocol, port }: Flow,
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
      port,
      sentAtMs: request.sentAtMs,
      upSojournMs: request.sojournMs,
      serverTurnaroundMs: answer === undefined ? null : answer.sentAtMs - (request.deliveredMs ?? 0),
      downSojournMs: answer?.sojournMs ?? null,
      roundTripMs: answer === undefined || answer.deliveredMs === null ? null : answer.deliveredMs - request.sentAtMs,
    };
  });
}
