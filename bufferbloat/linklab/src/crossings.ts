import type { Packet } from './pcap.ts';
import { ROUTER_INTERFACES } from './router-interfaces.ts';
import type { Direction } from './samples.ts';

/** One packet's way through the router. */
export interface Crossing {
  readonly direction: Direction;
  readonly packet: Packet;
  /** When it arrived at the router. */
  readonly inMs: number;
  /** When it left the queue for the wire; `null` when the full queue refused it. */
  readonly outMs: number | null;
}

const HEAD_BYTES = 24;

/** Which leg a packet was seen on, and whether before or after the queue. */
export function legOf(packet: Packet): { readonly direction: Direction; readonly afterQueue: boolean } {
  const onClientSide = packet.interfaceIndex === ROUTER_INTERFACES.toClient.index;
  const direction = onClientSide === packet.outgoing ? 'download' : 'upload';
  return { direction, afterQueue: packet.outgoing };
}

/** The server's port of a packet, whichever way it goes. */
export function serverPortOf(packet: Packet): number {
  return legOf(packet).direction === 'upload' ? packet.destinationPort : packet.sourcePort;
}

/**
 * Joins the two sightings of each packet, in the order of arrival.
 *
 * Every queue is first in, first out; `fairPorts` are those with one of their own. So a packet that never left was refused
 * exactly if one that came into the same queue after it did leave; otherwise it was still waiting when the recording ended,
 * and nothing is known of it: it is left out.
 */
export function joinCrossings(packets: readonly Packet[], fairPorts: readonly number[] = []): Crossing[] {
  const waiting = new Map<string, { packet: Packet; outMs: number | null }[]>();
  const arrivals: { direction: Direction; packet: Packet; outMs: number | null }[] = [];
  const lastToLeave = new Map<string, number>();
  const queueOf = (direction: Direction, packet: Packet) => {
    const port = serverPortOf(packet);
    return `${direction}:${fairPorts.includes(port) ? port : 'all'}`;
  };
  for (const packet of packets.toSorted((a, b) => a.atMs - b.atMs || Number(a.outgoing) - Number(b.outgoing))) {
    const { direction, afterQueue } = legOf(packet);
    const key = `${direction}:${identity(packet)}`;
    const same = waiting.get(key);
    if (!afterQueue) {
      const arrival = { direction, packet, outMs: null };
      arrivals.push(arrival);
      if (same === undefined) waiting.set(key, [arrival]);
      else same.push(arrival);
      continue;
    }
    const arrival = same?.shift(); // none when it arrived before the recording began
    if (arrival === undefined) continue;
    if (same?.length === 0) waiting.delete(key);
    arrival.outMs = packet.atMs;
    const queue = queueOf(direction, packet);
    lastToLeave.set(queue, Math.max(lastToLeave.get(queue) ?? Number.NEGATIVE_INFINITY, arrival.packet.atMs));
  }
  return arrivals
    .filter(
      ({ direction, packet, outMs }) =>
        outMs !== null || packet.atMs < (lastToLeave.get(queueOf(direction, packet)) ?? 0),
    )
    .map(({ direction, packet, outMs }) => ({ direction, packet, inMs: packet.atMs, outMs }));
}

/** What a router does not change. The start of a UDP payload tells apart DTLS records, which count up in the clear. */
function identity(packet: Packet): string {
  const ends = `${packet.protocol}:${packet.sourcePort}:${packet.destinationPort}:${packet.payloadBytes}:${packet.identification}`;
  if (packet.tcp !== undefined) return `${ends}:${packet.tcp.sequence}:${packet.tcp.acknowledgement}`;
  return `${ends}:${Buffer.from(packet.payloadHead.subarray(0, HEAD_BYTES)).toString('latin1')}`;
}
