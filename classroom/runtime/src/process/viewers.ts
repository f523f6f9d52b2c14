import { type ProcessEnd, type ProcessState, STREAM } from '@rowhouse/classroom-protocol';
import type { Attachment, Viewer } from '../api.ts';
import { RuntimeError } from '../errors.ts';
import type { Ring } from './ring.ts';
import { createCursor, type Cursor } from './viewer.ts';

/** All who look at one process, each with a place of their own in its output. */
export interface Viewers {
  readonly count: number;
  /**
   * Bytes that the process may produce now: what the fastest of those who may write has room for. Those who only look on
   * hold nothing up, and with nobody there the ring takes it.
   */
  readonly roomBytes: number;
  /** @throws RuntimeError `ERR_OFFSET` */
  attach(viewer: Viewer, from: number, readOnly: boolean, state: ProcessState, end: ProcessEnd | undefined): Attachment;
  /** There is more output. */
  pump(): void;
  /** With the next `pump`. */
  tellState(state: ProcessState): void;
  tellEnd(end: ProcessEnd): void;
  warn(inMs: number): void;
}

interface Place {
  readonly cursor: Cursor;
  readonly readOnly: boolean;
}

/** @param onMoved a viewer came, went or acknowledged: `roomBytes` may be another */
export function createViewers(ring: Ring, onMoved: () => void): Viewers {
  const places = new Set<Place>();

  const leave = (place: Place): void => {
    place.cursor.close();
    if (places.delete(place)) onMoved();
  };

  return {
    get count() {
      return places.size;
    },
    get roomBytes() {
      let backlogBytes = Number.POSITIVE_INFINITY;
      for (const { cursor, readOnly } of places) {
        if (!readOnly) backlogBytes = Math.min(backlogBytes, cursor.backlogBytes);
      }
      if (backlogBytes === Number.POSITIVE_INFINITY) return STREAM.unacknowledgedBytes;
      return Math.max(0, STREAM.unacknowledgedBytes - backlogBytes);
    },
    attach(viewer, from, readOnly, state, end) {
      if (from > ring.next) throw new RuntimeError('ERR_OFFSET', { offset: from, highest: ring.next });
      const cursor = createCursor(ring, viewer, from, () => leave(place));
      const place: Place = { cursor, readOnly };
      places.add(place);
      if (end === undefined) cursor.tellState(state);
      else cursor.tellEnd(end);
      // The viewer hears nothing from within this call, or within `acknowledge`.
      queueMicrotask(() => cursor.pump());
      onMoved();
      return {
        acknowledge(offset) {
          cursor.acknowledge(offset);
          queueMicrotask(() => cursor.pump());
          onMoved();
        },
        detach: () => leave(place),
      };
    },
    pump() {
      for (const { cursor } of places) cursor.pump();
    },
    tellState(state) {
      for (const { cursor } of places) cursor.tellState(state);
    },
    tellEnd(end) {
      for (const { cursor } of places) {
        cursor.tellEnd(end);
        cursor.pump();
      }
    },
    warn(inMs) {
      for (const { cursor } of places) cursor.warn(inMs);
    },
  };
}
