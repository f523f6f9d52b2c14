import { type FrameHeader, MAX_FRAME_BYTES, writeFrameHeader } from '@rowhouse/bufferbloat-protocol';

/** The most that `crypto.getRandomValues` fills in one call, in bytes. */
const RANDOM_BYTES = 64 * 1024;

/** Fresh bytes that no link can compress. `bytes` is a multiple of 64 KiB. */
export function randomBytes(bytes: number): Uint8Array<ArrayBuffer> {
  const random = new Uint8Array(bytes);
  for (let at = 0; at < bytes; at += RANDOM_BYTES) crypto.getRandomValues(random.subarray(at, at + RANDOM_BYTES));
  return random;
}

/** Cuts messages from one pool of random bytes, each from where the one before ended, so that they do not repeat soon. */
export class Filling {
  readonly #pool = randomBytes(MAX_FRAME_BYTES);
  #at = 0;

  /** A message with this header, good until the next one: a socket copies what it sends. */
  message(header: FrameHeader, bytes: number): Uint8Array<ArrayBuffer> {
    if (this.#at + bytes > this.#pool.length) this.#at = 0;
    const message = this.#pool.subarray(this.#at, this.#at + bytes);
    this.#at += bytes;
    writeFrameHeader(new DataView(message.buffer, message.byteOffset, bytes), header);
    return message;
  }
}
