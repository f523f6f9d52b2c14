import { FRAME_HEADER_BYTES, MAX_FRAME_BYTES, type UnitStream } from '@rowhouse/bufferbloat-protocol';

/** Ticks, audio and video: whether a stream's messages are units on a fixed grid, which are late or in time. */
export const isUnitStream = (stream: { readonly kind: string }): stream is UnitStream =>
  stream.kind === 'ticks' || stream.kind === 'audio' || stream.kind === 'video';

/** When unit `sequence` (from 0) is due, in milliseconds after the start: an exact grid, on which nothing adds up. */
export const unitDueMs = (stream: UnitStream, sequence: number): number => (sequence * 1000) / stream.perS;

/** Whether a unit is one of the large pictures that stand for themselves. */
export const isKeyFrame = (stream: UnitStream, sequence: number): boolean =>
  stream.kind === 'video' && sequence % framesPerKey(stream) === 0;

/**
 * Size of a whole message, header included, in bytes.
 *
 * Sizes are differences of a running total rounded down, so that the first n of them are off the rate by less than a
 * byte. What the profile asks for must fit between a bare header and the largest message; sizes are bounded by both.
 */
export function unitBytes(stream: UnitStream, sequence: number): number {
  const bytes = Math.floor(bytesBefore(stream, sequence + 1)) - Math.floor(bytesBefore(stream, sequence));
  return Math.min(MAX_FRAME_BYTES, Math.max(FRAME_HEADER_BYTES, bytes));
}

/** Bytes of the first `count` units, fractions kept. */
function bytesBefore(stream: UnitStream, count: number): number {
  const meanBytes = (stream.mbps * 1e6) / 8 / stream.perS;
  if (stream.kind !== 'video') return count * meanBytes;
  const perKey = framesPerKey(stream);
  const rest = count % perKey;
  const whole = (count - rest) * meanBytes;
  if (rest === 0) return whole;
  const plainBytes = (perKey * meanBytes) / (stream.keyFrameRatio + perKey - 1);
  return whole + (stream.keyFrameRatio + rest - 1) * plainBytes;
}

const framesPerKey = (stream: Extract<UnitStream, { kind: 'video' }>): number =>
  Math.max(1, Math.round(stream.keyFrameEveryS * stream.perS));
