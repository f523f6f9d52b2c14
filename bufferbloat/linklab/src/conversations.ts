import { type Segment, reassemble } from './byte-stream.ts';
import { legOf, serverPortOf } from './crossings.ts';
import { LabError } from './errors.ts';
import type { Packet } from './pcap.ts';
import type { Direction } from './samples.ts';
import { type Conversation, readConversation } from './websocket-messages.ts';

/** A WebSocket connection as it crossed the link; times are arrivals at the far end, in Unix milliseconds. */
export interface WireConnection {
  /** The server's port. */
  readonly port: number;
  /** What the client asked for, token and all: `/ws/virtual-household/alex?token=…`. */
  readonly path: string;
  /** When the client's first packet arrived. */
  readonly openedAtMs: number;
  /** What the client said. */
  readonly upload: Conversation;
  /** What the server said. */
  readonly download: Conversation;
}

const SYN = 0b10;

interface Side {
  firstSequence: number | undefined;
  readonly segments: Segment[];
}

/**
 * Puts together the WebSocket connections that were opened in a recording of whole packets, in the order of their opening.
 *
 * Only packets that leave the router count: from there to the far end there is nothing but `furtherMs`, by direction.
 *
 * Throws a `LabError` (`capture-failed`) when packets were cut short or do not make up WebSocket frames.
 */
export function readConnections(
  packets: readonly Packet[],
  furtherMs: Readonly<Record<Direction, number>>,
): WireConnection[] {
  const connections = new Map<string, { port: number; openedAtMs: number; upload: Side; download: Side }>();
  for (const packet of packets) {
    const { direction, afterQueue } = legOf(packet);
    if (packet.tcp === undefined || !afterQueue) continue;
    const atMs = packet.atMs + furtherMs[direction];
    const port = serverPortOf(packet);
    const key = `${port}:${direction === 'upload' ? packet.sourcePort : packet.destinationPort}`;
    if (packet.payloadHead.length < packet.payloadBytes) {
      throw new LabError('capture-failed', 'the recording does not hold whole packets');
    }
    const isOpening = (packet.tcp.flags & SYN) !== 0;
    let connection = connections.get(key);
    if (connection === undefined) {
      if (!isOpening) continue; // opened before the recording began
      const side = (): Side => ({ firstSequence: undefined, segments: [] });
      connection = { port, openedAtMs: atMs, upload: side(), download: side() };
      connections.set(key, connection);
    }
    const side = connection[direction];
    if (isOpening) side.firstSequence = (packet.tcp.sequence + 1) >>> 0;
    else side.segments.push({ atMs, sequence: packet.tcp.sequence, bytes: packet.payloadHead });
  }
  return [...connections.values()]
    .flatMap(({ port, openedAtMs, ...sides }) => {
      // The answer first: after a refusal what the client says is not a WebSocket.
      const download = conversationOf(sides.download);
      const upload = download === undefined ? undefined : conversationOf(sides.upload);
      if (download === undefined || upload === undefined) return [];
      return [{ port, path: upload.opening.split(' ')[1] ?? '', openedAtMs, upload, download }];
    })
    .toSorted((a, b) => a.openedAtMs - b.openedAtMs);
}

function conversationOf({ firstSequence, segments }: Side): Conversation | undefined {
  return firstSequence === undefined ? undefined : readConversation(reassemble(segments, firstSequence));
}
