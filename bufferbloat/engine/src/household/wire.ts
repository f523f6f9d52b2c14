import { type TrafficStream, UDP_PROBE_WIRE_BYTES, WEBSOCKET_PROBE_WIRE_BYTES } from '@rowhouse/bufferbloat-protocol';
import { isUnitStream, messageBytesAt } from '../traffic/index.ts';

/**
 * What messages weigh on the wire, where the rate of a line is counted: in Ethernet frames without preamble and check sum,
 * as a shaper does. An estimate: a full segment carries 1448 bytes behind 66 of Ethernet, IPv4 and TCP with time stamps.
 */

const SEGMENT_BYTES = 1448;
const HEADER_BYTES = 66;
const ETHERNET_BYTES = 14;
/** More acknowledgements a second than this are merged by the receiver's network card. */
const MOST_ACKS_PER_S = 4000;

/** Bytes on the wire for each byte of a stream's messages. */
export function wireFactor(stream: TrafficStream): number {
  const bytes = meanMessageBytes(stream);
  return (bytes + websocketBytes(bytes, stream.flow) + HEADER_BYTES * segmentsOf(stream)) / bytes;
}

/** Bytes of acknowledgements that go the other way while so much of a stream arrives: one for every second segment. */
export function ackBytes(stream: TrafficStream, bytes: number, ms: number): number {
  const perMessage = isUnitStream(stream) ? Math.floor(segmentsOf(stream) / 2) : segmentsOf(stream) / 2;
  const acks = (bytes / meanMessageBytes(stream)) * perMessage;
  return HEADER_BYTES * Math.min(acks, (MOST_ACKS_PER_S * ms) / 1000);
}

/** Bytes of one probe in one direction; over the WebSocket it is acknowledged by a frame of its own. */
export const PROBE_WIRE_BYTES = {
  udp: UDP_PROBE_WIRE_BYTES + ETHERNET_BYTES,
  websocket: WEBSOCKET_PROBE_WIRE_BYTES + 2 * ETHERNET_BYTES,
} as const;

function meanMessageBytes(stream: TrafficStream): number {
  return isUnitStream(stream) ? (stream.mbps * 1e6) / 8 / stream.perS : messageBytesAt(stream.mbps);
}

/** Units leave one by one and fill their last segment in part; bulk is one long row of full segments, if it is dense enough. */
function segmentsOf(stream: TrafficStream): number {
  const bytes = meanMessageBytes(stream);
  const segments = (bytes + websocketBytes(bytes, stream.flow)) / SEGMENT_BYTES;
  return isUnitStream(stream) ? Math.ceil(segments) : Math.max(1, segments);
}

/** Header of a WebSocket message (RFC 6455 5.2); what a client sends is masked. */
function websocketBytes(bytes: number, flow: TrafficStream['flow']): number {
  const header = bytes < 126 ? 2 : bytes < 65_536 ? 4 : 10;
  return flow === 'upload' ? header + 4 : header;
}
