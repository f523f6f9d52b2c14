import { endianness } from 'node:os';

/** What the kernel knows about a connection (struct tcp_info of linux/tcp.h), in units of this project. */
export interface TcpInfo {
  /** Smoothed round trip; 0 before the first one was measured. */
  readonly rttMs: number;
  /** The least round trip of the last minutes. */
  readonly minRttMs: number;
  /** Segments sent again since the connection began. */
  readonly retransmissions: number;
  /**
   * Bytes that reached the other side since the connection began: those acknowledged, exactly, plus the segments that
   * are selectively acknowledged now, at full size. `tcpi_delivered` × MSS would count every short segment as full.
   */
  readonly deliveredBytes: number;
  /** Bytes written but not sent yet. */
  readonly unsentBytes: number;
}

/** Up to tcpi_min_rtt; Linux has had all of it since 4.6. */
export const TCP_INFO_BYTES = 152;

const SND_MSS = 16;
const SACKED = 28;
const RTT_US = 68;
const TOTAL_RETRANS = 100;
const BYTES_ACKED = 120;
const NOTSENT_BYTES = 144;
const MIN_RTT_US = 148;

/** What tcpi_min_rtt says while there has been no sample. */
const NO_MIN_RTT = 0xffff_ffff;

const LITTLE = endianness() === 'LE';

/** Reads a struct tcp_info; `undefined` when it is too short (an old kernel). */
export function decodeTcpInfo(bytes: Uint8Array): TcpInfo | undefined {
  if (bytes.byteLength < TCP_INFO_BYTES) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const u32 = (offset: number) => view.getUint32(offset, LITTLE);
  const rttMs = u32(RTT_US) / 1000;
  const minRttUs = u32(MIN_RTT_US);
  return {
    rttMs,
    minRttMs: minRttUs === NO_MIN_RTT ? rttMs : minRttUs / 1000,
    retransmissions: u32(TOTAL_RETRANS),
    deliveredBytes: Number(view.getBigUint64(BYTES_ACKED, LITTLE)) + u32(SACKED) * u32(SND_MSS),
    unsentBytes: u32(NOTSENT_BYTES),
  };
}
