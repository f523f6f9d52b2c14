/** A stretch of a TCP stream as one packet carried it. */
export interface Segment {
  /** When it arrived at the end it was for, in Unix milliseconds. */
  readonly atMs: number;
  /** TCP's own number of its first byte, modulo 2^32. */
  readonly sequence: number;
  readonly bytes: Uint8Array;
}

/** A stretch of the stream in its order, with when a program could read it. */
export interface Stretch {
  readonly bytes: Uint8Array;
  /** The moment at which it and everything before it was there. */
  readonly atMs: number;
}

/**
 * Puts one direction of a TCP connection together as its receiver does: from `firstSequence` on, in order, each byte once,
 * whatever was sent again, overlaps or came early. What never came ends the stream.
 */
export function reassemble(segments: readonly Segment[], firstSequence: number): Stretch[] {
  const stretches: Stretch[] = [];
  const early = new Map<number, Segment>();
  let next = firstSequence;

  /** Takes what is new of a segment; false when there is a hole before it. */
  const take = ({ sequence, bytes }: Segment, atMs: number): boolean => {
    const ahead = (sequence - next) | 0;
    if (ahead > 0) return false;
    if (bytes.length + ahead > 0) {
      stretches.push({ bytes: bytes.subarray(-ahead), atMs });
      next = (next + bytes.length + ahead) >>> 0;
    }
    return true;
  };

  for (const segment of segments.toSorted((a, b) => a.atMs - b.atMs)) {
    if (segment.bytes.length === 0) continue;
    if (!take(segment, segment.atMs)) {
      const same = early.get(segment.sequence);
      if (same === undefined || same.bytes.length < segment.bytes.length) early.set(segment.sequence, segment);
      continue;
    }
    // The hole may have been the last one: whatever waited behind it becomes readable now.
    for (const waiting of [...early.values()].toSorted((a, b) => (a.sequence - b.sequence) | 0)) {
      if (!take(waiting, segment.atMs)) break;
      early.delete(waiting.sequence);
    }
  }
  return stretches;
}
