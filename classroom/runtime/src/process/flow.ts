import { STREAM } from '@rowhouse/classroom-protocol';
import { WireError } from '../room/wire-error.ts';

/** How far the host may go on reading from a process, or from a file. Offsets here are the host's own count. */
export interface Flow {
  /** @throws WireError when the host sends far more than it was allowed to */
  received(bytes: number): void;
  /**
   * @param roomBytes what could be taken now
   * @returns the offset to tell the host, when it is worth telling
   */
  grant(roomBytes: number): number | undefined;
}

/** What the host may send before it is told anything. */
export const FIRST_WINDOW_BYTES = STREAM.unacknowledgedBytes;

/** Told in steps of this while the host has room, so that it costs little. */
const STEP_BYTES = 64 * 1024;
const LEAST_STEP_BYTES = 4 * 1024;
/** What a host had read already, or a picture under way, when its window closed. */
const OVERRUN_BYTES = 1024 * 1024;

export function createFlow(): Flow {
  let receivedBytes = 0;
  let granted: number = FIRST_WINDOW_BYTES;
  return {
    received(bytes) {
      receivedBytes += bytes;
      if (receivedBytes > granted + OVERRUN_BYTES) throw new WireError('more than its window allows');
    },
    grant(roomBytes) {
      const upTo = receivedBytes + roomBytes;
      const stepBytes = granted - receivedBytes >= STEP_BYTES ? STEP_BYTES : LEAST_STEP_BYTES;
      // Also not what was sent beyond the window: that would only be allowed afterwards.
      if (roomBytes < LEAST_STEP_BYTES || upTo - granted < stepBytes) return undefined;
      granted = upTo;
      return upTo;
    },
  };
}
