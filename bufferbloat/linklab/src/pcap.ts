import { LabError } from './errors.ts';

/** A TCP or UDP packet over IPv4 as one interface of the router saw it. */
export interface Packet {
  /** Unix time in milliseconds, by the kernel. */
  readonly atMs: number;
  readonly interfaceIndex: number;
  /** True when the router sent it, after any queue; false when it arrived. */
  readonly outgoing: boolean;
  readonly protocol: 'tcp' | 'udp';
  readonly sourcePort: number;
  readonly destinationPort: number;
  readonly identification: number;
  /** Length on the wire with the 14 bytes of Ethernet header. */
  readonly frameBytes: number;
  /** Bytes carried for TCP or UDP. */
  readonly payloadBytes: number;
  /** First bytes of the payload, as far as they were recorded. */
  readonly payloadHead: Uint8Array;
  readonly tcp?: { readonly sequence: number; readonly acknowledgement: number; readonly flags: number };
}

const NANOSECOND_MAGIC = 0xa1b23c4d;
const LINKTYPE_LINUX_SLL2 = 276;
const FILE_HEADER_BYTES = 24;
const RECORD_HEADER_BYTES = 16;
const SLL2_BYTES = 20;
const ETHERNET_BYTES = 14;
const ETHERTYPE_IPV4 = 0x0800;
const PACKET_OUTGOING = 4;
const TCP = 6;
const UDP = 17;

/**
 * Reads what `tcpdump -i any --time-stamp-precision=nano` wrote on a little-endian machine. Anything but TCP and UDP over
 * IPv4 is passed over, a last record that is cut short is left out.
 *
 * Throws a `LabError` (`capture-failed`) when the file is of another kind.
 */
export function readPcap(file: Buffer): Packet[] {
  if (file.length < FILE_HEADER_BYTES || file.readUInt32LE(0) !== NANOSECOND_MAGIC) {
    throw new LabError('capture-failed', 'the recording is not a capture file with nanoseconds');
  }
  if ((file.readUInt32LE(20) & 0xffff) !== LINKTYPE_LINUX_SLL2) {
    throw new LabError('capture-failed', 'the recording was not made on all interfaces (LINUX_SLL2)');
  }
  const packets: Packet[] = [];
  let offset = FILE_HEADER_BYTES;
  while (offset + RECORD_HEADER_BYTES <= file.length) {
    const recordedBytes = file.readUInt32LE(offset + 8);
    const start = offset + RECORD_HEADER_BYTES;
    if (start + recordedBytes > file.length) break;
    const atMs = file.readUInt32LE(offset) * 1000 + file.readUInt32LE(offset + 4) / 1e6;
    const packet = decodePacket(file.subarray(start, start + recordedBytes), atMs);
    if (packet !== undefined) packets.push(packet);
    offset = start + recordedBytes;
  }
  return packets;
}

function decodePacket(record: Buffer, atMs: number): Packet | undefined {
  if (record.length < SLL2_BYTES + 20 || record.readUInt16BE(0) !== ETHERTYPE_IPV4) return undefined;
  const ip = record.subarray(SLL2_BYTES);
  const ipBytes = ip.readUInt16BE(2);
  const ipHeaderBytes = (ip.readUInt8(0) & 0xf) * 4;
  const isTcp = ip.readUInt8(9) === TCP;
  if (!isTcp && ip.readUInt8(9) !== UDP) return undefined;
  const segment = ip.subarray(ipHeaderBytes);
  if (segment.length < (isTcp ? 20 : 8)) return undefined;
  const headerBytes = isTcp ? (segment.readUInt8(12) >> 4) * 4 : 8;
  const payloadBytes = ipBytes - ipHeaderBytes - headerBytes;
  return {
    atMs,
    interfaceIndex: record.readUInt32BE(4),
    outgoing: record.readUInt8(10) === PACKET_OUTGOING,
    protocol: isTcp ? 'tcp' : 'udp',
    sourcePort: segment.readUInt16BE(0),
    destinationPort: segment.readUInt16BE(2),
    identification: ip.readUInt16BE(4),
    frameBytes: ipBytes + ETHERNET_BYTES,
    payloadBytes,
    payloadHead: segment.subarray(headerBytes, headerBytes + payloadBytes),
    ...(isTcp && {
      tcp: {
        sequence: segment.readUInt32BE(4),
        acknowledgement: segment.readUInt32BE(8),
        flags: segment.readUInt8(13),
      },
    }),
  };
}
