/** Told what a server's WebSocket frames carry. */
export interface FrameListener {
  /** A whole binary message has arrived; `head` is the beginning of it, at most 32 bytes, valid during the call. */
  onBinary(head: Uint8Array, bytes: number): void;
  onText(text: string): void;
  onPing(data: Uint8Array): void;
  /** The server says goodbye. */
  onClose(code: number): void;
}

const KEPT_BYTES = 32;
/** Reports are the longest text; whoever sends more than this is not one of our servers. */
const MOST_TEXT_BYTES = 1024 * 1024;
const CONTINUATION = 0;
const TEXT = 1;
const BINARY = 2;
const CLOSE = 8;
const PING = 9;

/**
 * Reads WebSocket frames (RFC 6455, section 5.2) from a stream in whatever pieces it comes. Of binary messages only the
 * beginning is kept and the rest is stepped over, so that a client of many Gbit/s costs little more than the kernel's
 * copy. Unmasked and unfragmented frames only, as our servers send them.
 */
export class FrameReader {
  readonly #listener: FrameListener;
  readonly #head = Buffer.alloc(10);
  #headBytes = 0;
  #opcode = 0;
  #length = 0;
  /** Of the payload of the frame being read; -1: its head is being read. */
  #left = -1;
  readonly #kept = Buffer.alloc(KEPT_BYTES);
  #text: Buffer[] = [];

  constructor(listener: FrameListener) {
    this.#listener = listener;
  }

  /**
   * @param to how many bytes of the chunk have come
   * @throws Error when the bytes are not frames of our servers
   */
  push(chunk: Uint8Array, to = chunk.byteLength): void {
    let at = 0;
    while (at < to) {
      if (this.#left < 0) at = this.#readHead(chunk, at, to);
      else at = this.#readPayload(chunk, at, to);
      if (this.#left === 0) this.#finish();
    }
  }

  #readHead(chunk: Uint8Array, from: number, to: number): number {
    let at = from;
    while (at < to) {
      this.#head[this.#headBytes] = chunk[at] ?? 0;
      this.#headBytes += 1;
      at += 1;
      const short = (this.#head[1] ?? 0) & 0x7f;
      const wanted = this.#headBytes < 2 || short < 126 ? 2 : short === 126 ? 4 : 10;
      if (this.#headBytes === wanted) {
        this.#begin(short);
        break;
      }
    }
    return at;
  }

  #begin(short: number): void {
    const first = this.#head[0] ?? 0;
    this.#opcode = first & 15;
    const plain = (first & 0xf0) === 0x80 && ((this.#head[1] ?? 0) & 0x80) === 0;
    this.#length =
      short < 126
        ? short
        : short === 126
          ? this.#head.readUInt16BE(2)
          : this.#head.readUInt32BE(2) * 2 ** 32 + this.#head.readUInt32BE(6);
    const tooLong = this.#opcode !== BINARY && this.#length > MOST_TEXT_BYTES;
    if (!plain || this.#opcode === CONTINUATION || tooLong) throw new Error('not a frame of our servers');
    this.#headBytes = 0;
    this.#left = this.#length;
  }

  #readPayload(chunk: Uint8Array, at: number, to: number): number {
    const bytes = Math.min(this.#left, to - at);
    const done = this.#length - this.#left;
    if (this.#opcode !== BINARY) this.#text.push(Buffer.from(chunk.subarray(at, at + bytes)));
    else if (done < KEPT_BYTES) this.#kept.set(chunk.subarray(at, at + Math.min(bytes, KEPT_BYTES - done)), done);
    this.#left -= bytes;
    return at + bytes;
  }

  #finish(): void {
    this.#left = -1;
    if (this.#opcode === BINARY) {
      const head = this.#length < KEPT_BYTES ? this.#kept.subarray(0, this.#length) : this.#kept;
      this.#listener.onBinary(head, this.#length);
      return;
    }
    const data = Buffer.concat(this.#text);
    this.#text = [];
    if (this.#opcode === TEXT) this.#listener.onText(data.toString('utf8'));
    else if (this.#opcode === PING) this.#listener.onPing(data);
    else if (this.#opcode === CLOSE) this.#listener.onClose(data.byteLength >= 2 ? data.readUInt16BE(0) : 1005);
  }
}
