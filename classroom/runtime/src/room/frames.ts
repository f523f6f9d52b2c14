import { WireError } from './wire-error.ts';

/** Frames between server and host: see docs/classroom-room-wire.md. */
export const MOST_FRAME_BYTES = 131_072;
/** Most bytes of output or of a file in one frame. */
export const MOST_CONTENT_BYTES = 65_536;

const LENGTH_BYTES = 4;
const JSON_FORM = 0x4a;
const BYTES_FORM = 0x42;
/** Form, channel and kind. */
const BYTES_HEAD = 6;

export type Frame =
  | { readonly form: 'json'; readonly content: Buffer }
  | { readonly form: 'bytes'; readonly channel: number; readonly kind: number; readonly content: Buffer };

export interface FrameDecoder {
  /** Takes what came from the other side, once `next` has given all there was. */
  push(chunk: Buffer): void;
  /**
   * The next frame that is complete; its content is a view of what was pushed where it lies in one piece.
   *
   * @throws WireError when it is not a frame; the decoder must not be used again
   */
  next(): Frame | undefined;
}

const NOTHING = Buffer.alloc(0);

/** Holds at most one frame that is not complete yet, and what was pushed last. */
export function createFrameDecoder(): FrameDecoder {
  let rest: Buffer = NOTHING;
  /** The beginning of a frame, in a buffer for all of it as far as its length is known. */
  let partial = NOTHING;
  let filledBytes = 0;

  const begin = (start: Buffer, frameBytes: number): void => {
    partial = Buffer.allocUnsafe(frameBytes);
    filledBytes = start.copy(partial);
  };

  /** Goes on with the frame that had begun. */
  const complete = (): Frame | undefined => {
    while (rest.length > 0) {
      const takenBytes = rest.copy(partial, filledBytes);
      filledBytes += takenBytes;
      rest = rest.subarray(takenBytes);
      if (filledBytes < partial.length) return undefined;
      if (partial.length > LENGTH_BYTES) {
        filledBytes = 0;
        return parseFrame(partial.subarray(LENGTH_BYTES));
      }
      begin(partial, LENGTH_BYTES + frameLength(partial));
    }
    return undefined;
  };

  return {
    push(chunk) {
      rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    },
    next() {
      if (filledBytes > 0) return complete();
      const frameBytes = rest.length < LENGTH_BYTES ? LENGTH_BYTES : LENGTH_BYTES + frameLength(rest);
      if (rest.length < frameBytes) {
        if (rest.length > 0) begin(rest, frameBytes);
        rest = NOTHING;
        return undefined;
      }
      const frame = parseFrame(rest.subarray(LENGTH_BYTES, frameBytes));
      rest = rest.subarray(frameBytes);
      return frame;
    },
  };
}

function frameLength(start: Buffer): number {
  const lengthBytes = start.readUInt32BE(0);
  if (lengthBytes < 1 || lengthBytes > MOST_FRAME_BYTES) throw new WireError(`a frame of ${lengthBytes} bytes`);
  return lengthBytes;
}

function parseFrame(frame: Buffer): Frame {
  if (frame[0] === JSON_FORM) return { form: 'json', content: frame.subarray(1) };
  if (frame[0] !== BYTES_FORM) throw new WireError(`a frame of form ${frame[0]}`);
  if (frame.length < BYTES_HEAD) throw new WireError('a frame without channel and kind');
  if (frame.length > BYTES_HEAD + MOST_CONTENT_BYTES) throw new WireError(`content of ${frame.length} bytes`);
  return {
    form: 'bytes',
    channel: frame.readUInt32BE(1),
    kind: frame.readUInt8(5),
    content: frame.subarray(BYTES_HEAD),
  };
}

/** @returns `undefined` when it would be longer than a frame may be */
export function jsonFrame(message: object): Buffer | undefined {
  const json = JSON.stringify(message);
  const lengthBytes = 1 + Buffer.byteLength(json);
  if (lengthBytes > MOST_FRAME_BYTES) return undefined;
  const frame = Buffer.allocUnsafe(LENGTH_BYTES + lengthBytes);
  frame.writeUInt32BE(lengthBytes, 0);
  frame.writeUInt8(JSON_FORM, LENGTH_BYTES);
  frame.write(json, LENGTH_BYTES + 1);
  return frame;
}

/** What goes before `contentBytes` of content. */
export function contentHead(channel: number, kind: number, contentBytes: number): Buffer {
  const head = Buffer.allocUnsafe(LENGTH_BYTES + BYTES_HEAD);
  head.writeUInt32BE(BYTES_HEAD + contentBytes, 0);
  head.writeUInt8(BYTES_FORM, LENGTH_BYTES);
  head.writeUInt32BE(channel, LENGTH_BYTES + 1);
  head.writeUInt8(kind, LENGTH_BYTES + 5);
  return head;
}
