import type { Packet } from './pcap.ts';
import { ROUTER_INTERFACES } from './plan.ts';
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

/**
 * Joins the two sightings of each packet, in the order of arrival.
 *
 * The queues are first in, first out. So a packet that never left was refused exactly if one that arrived after it did
 * leave; otherwise it was still waiting when the recording ended, and nothing is known of it: it is left out.
 */
export function joinCrossings(packets: readonly Packet[]): Crossing[] {
  const waiting = new Map<string, { packet: Packet; outMs: number | null }[]>();
  const arrivals: { direction: Direction; packet: Packet; outMs: number | null }[] = [];
  const lastToLeave = { download: Number.NEGATIVE_INFINITY, upload: Number.NEGATIVE_INFINITY };
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
    lastToLeave[direction] = Math.max(lastToLeave[direction], arrival.packet.atMs);
  }
  return arrivals
    .filter(({ direction, packet, outMs }) => outMs !== null || packet.atMs < lastToLeave[direction])
    .map(({ direction, packet, outMs }) => ({ direction, packet, inMs: packet.atMs, outMs }));
}

/** What a router does not change. The start of a UDP payload tells apart DTLS records, which count up in the clear. */
function identity(packet: Packet): string {
  const ends = `${packet.protocol}:${packet.sourcePort}:${packet.destinationPort}:${packet.payloadBytes}:${packet.identification}`;
  if (packet.tcp !== undefined) return `${ends}:${packet.tcp.sequence}:${packet.tcp.acknowledgement}`;
  return `${ends}:${Buffer.from(packet.payloadHead.subarray(0, HEAD_BYTES)).toString('latin1')}`;
}
