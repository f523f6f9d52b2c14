/**
 * A latency probe, the same over WebSocket and over the data channel: 12 bytes, big-endian.
 *
 * request: u32 sequence, f64 client time · reply: u32 sequence, f64 server time. Times are Unix milliseconds with
 * fractions. The server answers nothing that has another size and repeats nothing but the sequence number.
 */
export const PROBE_BYTES = 12;

/** Bytes that one UDP probe puts on the wire in one direction, IP header included (SCTP DATA in DTLS 1.2 in UDP). */
export const UDP_PROBE_WIRE_BYTES = 109;

/** Bytes that one WebSocket probe puts on the wire in one direction, its acknowledgement included. */
export const WEBSOCKET_PROBE_WIRE_BYTES = 122;

/** Label of the data channel that probes use; it is unordered with `maxRetransmits: 0`. */
export const PROBE_CHANNEL = 'probe';

export interface Probe {
  readonly sequence: number;
  /** Unix time in milliseconds at whoever sent this message. */
  readonly timeMs: number;
}

/** Writes a probe into 12 fresh bytes. `sequence` is taken modulo 2^32. */
export function encodeProbe(probe: Probe): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(PROBE_BYTES);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, probe.sequence >>> 0);
  view.setFloat64(4, probe.timeMs);
  return bytes;
}

/** Reads a probe; `undefined` for anything that is not one. */
export function decodeProbe(bytes: ArrayBuffer | Uint8Array): Probe | undefined {
  const view =
    bytes instanceof Uint8Array ? new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength) : new DataView(bytes);
  if (view.byteLength !== PROBE_BYTES) return undefined;
  const timeMs = view.getFloat64(4);
  return Number.isFinite(timeMs) ? { sequence: view.getUint32(0), timeMs } : undefined;
}
