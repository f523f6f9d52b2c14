import type { OutgoingMessage } from '@rowhouse/bufferbloat-engine';
import { ACK_STREAM, FRAME_HEADER_BYTES, writeFrameHeader } from '@rowhouse/bufferbloat-protocol';

/** A client's frame: written once for each size, with a mask of zeros, and then only its header is written anew. */
interface Prebuilt {
  readonly frame: Buffer;
  readonly header: DataView;
}

const BINARY = 0x82;
const MASKED = 0x80;
const MASK_BYTES = 4;

/** Frames of any number of sessions, to be handed to the kernel before the next one is taken. */
export class PrebuiltFrames {
  readonly #bySize = new Map<number, Prebuilt>();

  message(message: Readonly<OutgoingMessage>, nowMs: number, ackBytes: number): Buffer {
    const { frame, header } = this.#of(message.bytes);
    writeFrameHeader(header, { ...message, sentAfterMs: nowMs - message.dueMs, ackBytes });
    return frame;
  }

  acknowledgement(nowMs: number, ackBytes: number): Buffer {
    const { frame, header } = this.#of(FRAME_HEADER_BYTES);
    const nothing = { stream: ACK_STREAM, keyFrame: false, quality: 0, sequence: 0, unit: 0, unitBytes: 0 };
    writeFrameHeader(header, { ...nothing, dueMs: nowMs, sentAfterMs: 0, ackBytes });
    return frame;
  }

  #of(bytes: number): Prebuilt {
    const known = this.#bySize.get(bytes);
    if (known) return known;
    const lengthBytes = bytes < 126 ? 0 : bytes < 65_536 ? 2 : 8;
    const frame = Buffer.alloc(2 + lengthBytes + MASK_BYTES + bytes);
    frame[0] = BINARY;
    frame[1] = MASKED | (lengthBytes === 0 ? bytes : lengthBytes === 2 ? 126 : 127);
    if (lengthBytes === 2) frame.writeUInt16BE(bytes, 2);
    else if (lengthBytes === 8) frame.writeBigUInt64BE(BigInt(bytes), 2);
    const at = frame.byteLength - bytes;
    const made = { frame, header: new DataView(frame.buffer, frame.byteOffset + at, FRAME_HEADER_BYTES) };
    this.#bySize.set(bytes, made);
    return made;
  }
}
