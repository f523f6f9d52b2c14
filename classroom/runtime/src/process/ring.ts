import type { OutputKind } from '@rowhouse/classroom-protocol';
import { characterStart, isContinuation } from './utf8.ts';

/** A piece of output as the ring gives it back. */
export interface RingPiece {
  readonly offset: number;
  /** The offset behind it. */
  readonly next: number;
  readonly kind: OutputKind;
  /** Whole characters, or a whole picture; a view that is good until the next `append`. */
  readonly bytes: Buffer;
}

/** The last bytes of a process's output, each at its offset since the process began. */
export interface Ring {
  /** Offset of the first byte that is still there. */
  readonly first: number;
  /** Offset behind the last byte. */
  readonly next: number;
  /** What it occupies in memory. */
  readonly capacityBytes: number;
  /** @param bytes whole characters of UTF-8, or one picture. What does not fit any more is dropped, oldest first. */
  append(kind: OutputKind, bytes: Buffer): void;
  /**
   * The piece that holds the byte at `offset`, from the start of that character on, or a whole picture.
   *
   * @param offset from `first` to `next`
   * @param mostBytes of a text, but never less than one character
   * @returns `undefined` at `next`
   */
  read(offset: number, mostBytes: number): RingPiece | undefined;
}

interface Extent {
  readonly start: number;
  readonly kind: OutputKind;
}

const FIRST_CAPACITY_BYTES = 1024;
const LONGEST_CHARACTER_BYTES = 4;

/** Grows as it fills, up to `limitBytes`. Neighbouring texts of one kind are one extent, however they came. */
export function createRing(limitBytes: number, mostExtents = 16_384): Ring {
  let store = Buffer.allocUnsafe(Math.min(FIRST_CAPACITY_BYTES, limitBytes));
  let first = 0;
  let next = 0;
  /** In order, from `extents[head]` on; those before have been dropped. */
  let extents: Extent[] = [];
  let head = 0;

  const byteAt = (offset: number): number => store[offset % store.length] ?? 0;
  const endOf = (index: number): number => extents[index + 1]?.start ?? next;

  const copyIn = (into: Buffer, bytes: Buffer, offset: number): void => {
    const at = offset % into.length;
    const copied = bytes.copy(into, at);
    if (copied < bytes.length) bytes.copy(into, 0, copied);
  };

  const view = (from: number, to: number): Buffer => {
    const [start, end] = [from % store.length, (from % store.length) + (to - from)];
    if (end <= store.length) return store.subarray(start, end);
    return Buffer.concat([store.subarray(start), store.subarray(0, end - store.length)], to - from);
  };

  const grow = (neededBytes: number): void => {
    if (neededBytes <= store.length) return;
    let capacity = store.length;
    while (capacity < neededBytes) capacity *= 2;
    const larger = Buffer.allocUnsafe(Math.min(capacity, limitBytes));
    copyIn(larger, view(first, next), first);
    store = larger;
  };

  /** Drops at least up to `offset`: further where that is inside a character or a picture. */
  const dropTo = (offset: number): void => {
    while (head < extents.length && endOf(head) <= offset) head += 1;
    const extent = extents[head];
    first = offset;
    if (extent !== undefined && extent.start < offset) {
      first = extent.kind === 'figure' ? endOf(head) : characterStart(byteAt, offset, endOf(head));
      if (first === endOf(head)) head += 1;
      else extents[head] = { start: first, kind: extent.kind };
    }
    if (head < 1024 || head * 2 < extents.length) return;
    extents = extents.slice(head);
    head = 0;
  };

  const extentAt = (offset: number): number => {
    let [low, high] = [head, extents.length - 1];
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((extents[middle]?.start ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return low;
  };

  return {
    get first() {
      return first;
    },
    get next() {
      return next;
    },
    get capacityBytes() {
      return store.length;
    },
    append(kind, bytes) {
      if (bytes.length === 0) return;
      if (bytes.length > limitBytes) {
        // It cannot be kept at all, not even its end: what is before it is dropped with it.
        next += bytes.length;
        first = next;
        extents = [];
        head = 0;
        return;
      }
      const last = extents.at(-1);
      const joins = head < extents.length && last?.kind === kind && kind !== 'figure';
      if (next + bytes.length - first > limitBytes) dropTo(next + bytes.length - limitBytes);
      const emptied = head >= extents.length;
      grow(next + bytes.length - first);
      copyIn(store, bytes, next);
      if (!joins || emptied) extents.push({ start: next, kind });
      next += bytes.length;
      const second = extents[head + 1];
      if (extents.length - head > mostExtents && second !== undefined) dropTo(second.start);
    },
    read(offset, mostBytes) {
      if (offset >= next) return undefined;
      const index = extentAt(offset);
      const extent = extents[index];
      if (extent === undefined) return undefined;
      const end = endOf(index);
      if (extent.kind === 'figure') {
        return { offset: extent.start, next: end, kind: extent.kind, bytes: view(extent.start, end) };
      }
      let start = offset;
      while (start > extent.start && isContinuation(byteAt(start))) start -= 1;
      const wanted = start + Math.max(mostBytes, LONGEST_CHARACTER_BYTES);
      let stop = Math.min(wanted, end);
      if (stop < end) while (stop > start + 1 && isContinuation(byteAt(stop))) stop -= 1;
      return { offset: start, next: stop, kind: extent.kind, bytes: view(start, stop) };
    },
  };
}
