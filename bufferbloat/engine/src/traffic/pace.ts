import { MAX_FRAME_BYTES, type SegmentStream } from '@rowhouse/bufferbloat-protocol';

/** Bulk and segments leave in messages that last about so long at their rate: short enough to be no burst of their own. */
const MESSAGE_MS = 5;
/** Two packets, as many as TCP acknowledges at a time: at low rates messages are rarer, not smaller. */
const LEAST_MESSAGE_BYTES = 2400;

/** Size of one message of bulk or of a segment at a rate, header included, in bytes. */
export const messageBytesAt = (rateMbps: number): number =>
  Math.min(MAX_FRAME_BYTES, Math.max(LEAST_MESSAGE_BYTES, Math.round(bytesIn(rateMbps, MESSAGE_MS))));

/** How long so many bytes last at a rate, in milliseconds. */
export const lastsMs = (bytes: number, rateMbps: number): number => bytes / (rateMbps * 125);

const bytesIn = (rateMbps: number, ms: number): number => rateMbps * 125 * ms;

/** When segment `n` (from 0) is asked for, in milliseconds after the start. */
export const segmentDueMs = (stream: SegmentStream, n: number): number => n * (stream.onMs + stream.offMs);

/**
 * Size of a segment in bytes, the headers of its messages included.
 *
 * @param quality index into the stream's qualities; beyond the last one means the last
 */
export function segmentBytes(stream: SegmentStream, quality: number): number {
  const share = stream.qualities[Math.min(quality, stream.qualities.length - 1)] ?? 1;
  return Math.round(bytesIn(stream.mbps, stream.onMs) * share);
}
