import { type ProcessEnd, type ProcessState, STREAM } from '@rowhouse/classroom-protocol';
import type { Viewer } from '../api.ts';
import { RuntimeError } from '../errors.ts';
import type { Ring, RingPiece } from './ring.ts';

/** One viewer's place in a process's output. */
export interface Cursor {
  /** Bytes between what it has acknowledged and the end of the output, of those that are still to be had. */
  readonly backlogBytes: number;
  /** Sends what there is, as far as the viewer has acknowledged what it had. */
  pump(): void;
  /** @throws RuntimeError `ERR_OFFSET` when that was never sent */
  acknowledge(offset: number): void;
  /** Told once all output before it was sent; a later one replaces one that is still to be told. */
  tellState(state: ProcessState): void;
  tellEnd(end: ProcessEnd): void;
  warn(inMs: number): void;
  /** Nothing more is sent. */
  close(): void;
}

interface Gap {
  readonly offset: number;
  readonly next: number;
}

/** @param onFailed the viewer threw; it is closed already */
export function createCursor(ring: Ring, viewer: Viewer, from: number, onFailed: (error: unknown) => void): Cursor {
  /** Offset of the next byte to send. */
  let next = from;
  let acknowledged = from;
  /** What was dropped after `acknowledged`: nobody needs to acknowledge it. */
  let gaps: readonly Gap[] = [];
  let state: ProcessState | undefined;
  let end: ProcessEnd | undefined;
  let closed = false;
  let pumping = false;

  const gapBytes = (): number =>
    gaps.reduce((sum, gap) => sum + gap.next - Math.max(gap.offset, Math.min(acknowledged, gap.next)), 0);
  const unacknowledgedBytes = (): number => next - acknowledged - gapBytes();

  const skipDropped = (): void => {
    const gap = { offset: next, next: ring.first };
    gaps = [...gaps, gap];
    next = gap.next;
    viewer.onDropped(gap.offset, gap.next);
  };

  const send = (piece: RingPiece): void => {
    next = piece.next;
    const { offset, kind } = piece;
    // A copy of a picture, as the ring will write over it.
    if (kind === 'figure') viewer.onOutput({ offset, next, kind, text: '', picture: Buffer.from(piece.bytes) });
    else viewer.onOutput({ offset, next, kind, text: piece.bytes.toString('utf8') });
  };

  /** @returns whether there may be more to send now */
  const sendNext = (): boolean => {
    if (closed || next >= ring.next) return false;
    if (next < ring.first) {
      skipDropped();
      return true;
    }
    const freeBytes = STREAM.unacknowledgedBytes - unacknowledgedBytes();
    const piece = freeBytes > 0 ? ring.read(next, Math.min(STREAM.messageBytes, freeBytes)) : undefined;
    if (piece !== undefined) send(piece);
    return piece !== undefined;
  };

  const sendAll = (): void => {
    while (sendNext());
    if (next < ring.next) return;
    if (state !== undefined && !closed) {
      const told = state;
      state = undefined;
      viewer.onState(told);
    }
    if (end === undefined || closed) return;
    closed = true;
    viewer.onEnded(next, end);
  };

  /** The viewer's own mistakes end the viewer, not the room. */
  const guarded = (call: () => void): void => {
    try {
      call();
    } catch (error) {
      closed = true;
      onFailed(error);
    }
  };

  return {
    get backlogBytes() {
      return unacknowledgedBytes() + ring.next - Math.max(next, Math.min(ring.first, ring.next));
    },
    pump() {
      if (closed || pumping) return;
      pumping = true;
      guarded(sendAll);
      pumping = false;
    },
    acknowledge(offset) {
      if (offset > next) throw new RuntimeError('ERR_OFFSET', { offset, highest: next });
      if (offset <= acknowledged) return;
      acknowledged = offset;
      gaps = gaps.filter((gap) => gap.next > offset);
    },
    tellState(told) {
      state = told;
    },
    tellEnd(told) {
      end = told;
    },
    warn: (inMs) => {
      if (!closed) guarded(() => viewer.onAbandonWarning(inMs));
    },
    close() {
      closed = true;
    },
  };
}
