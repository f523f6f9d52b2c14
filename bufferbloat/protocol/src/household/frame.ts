/**
 * What every binary message of a session begins with, in both directions; the rest is incompressible filling.
 * 32 bytes, big-endian:
 *
 *     0 u8 stream      number of the stream in the profile; 255: an acknowledgement and nothing else
 *     1 u8 flags       1: key frame
 *     2 u8 quality     of a segment: index into the stream's qualities
 *     3 u8 version     1
 *     4 u32 sequence   ticks, audio, video: number on the stream's grid (what was dropped leaves a hole);
 *                      segments, bulk: counts the messages
 *     8 u32 unit       segments: number of the segment; bulk: number of the adaptive round; else 0
 *    12 u32 unitBytes  segments: size of the whole segment; else 0
 *    16 f64 dueMs      when the application wanted it to leave, in Unix milliseconds of the server's clock
 *    24 f32 sentAfterMs  how much later it was handed to the socket
 *    28 u32 ackBytes   bytes of binary messages received on this connection so far, modulo 2^32
 */
export const FRAME_HEADER_BYTES = 32;
export const FRAME_VERSION = 1;
/** Stream number of a message that only acknowledges. */
export const ACK_STREAM = 255;
const KEY_FRAME = 1;

/** The largest binary message of either side, in bytes. */
export const MAX_FRAME_BYTES = 1024 * 1024;

export interface FrameHeader {
  readonly stream: number;
  readonly keyFrame: boolean;
  readonly quality: number;
  readonly sequence: number;
  readonly unit: number;
  readonly unitBytes: number;
  /** Unix milliseconds of the server's clock. */
  readonly dueMs: number;
  readonly sentAfterMs: number;
  readonly ackBytes: number;
}

/** Writes a header into the first 32 bytes of `view`; numbers are taken modulo their size. */
export function writeFrameHeader(view: DataView, header: FrameHeader): void {
  view.setUint8(0, header.stream);
  view.setUint8(1, header.keyFrame ? KEY_FRAME : 0);
  view.setUint8(2, header.quality);
  view.setUint8(3, FRAME_VERSION);
  view.setUint32(4, header.sequence);
  view.setUint32(8, header.unit);
  view.setUint32(12, header.unitBytes);
  view.setFloat64(16, header.dueMs);
  view.setFloat32(24, header.sentAfterMs);
  view.setUint32(28, header.ackBytes);
}

/** Reads the header of a message; `undefined` for anything that is not one of this version. */
export function readFrameHeader(message: ArrayBuffer | Uint8Array): FrameHeader | undefined {
  const view =
    message instanceof Uint8Array
      ? new DataView(message.buffer, message.byteOffset, message.byteLength)
      : new DataView(message);
  if (view.byteLength < FRAME_HEADER_BYTES || view.getUint8(3) !== FRAME_VERSION) return undefined;
  const dueMs = view.getFloat64(16);
  const sentAfterMs = view.getFloat32(24);
  if (!Number.isFinite(dueMs) || !Number.isFinite(sentAfterMs)) return undefined;
  return {
    stream: view.getUint8(0),
    keyFrame: (view.getUint8(1) & KEY_FRAME) !== 0,
    quality: view.getUint8(2),
    sequence: view.getUint32(4),
    unit: view.getUint32(8),
    unitBytes: view.getUint32(12),
    dueMs,
    sentAfterMs,
    ackBytes: view.getUint32(28),
  };
}
