import { LIMITS } from '@rowhouse/bufferbloat-protocol';

/** Told what a client's frames carry. What is passed is valid during the call only. */
export interface FrameListener {
  /** A whole binary message has arrived; `head` is the beginning of it, at most `KEPT_BYTES`. */
  onBinary(head: Uint8Array, bytes: number): void;
  onText(text: string): void;
  onPing(data: Uint8Array): void;
  onPong(): void;
  /** The client says goodbye. */
  onClose(): void;
  /** Something that no client of ours sends; nothing is read any more. `code` is the one to close with. */
  onInvalid(code: number, reason: string): void;
}

/** Of a binary message the rest is never looked at: it is not even unmasked. */
export const KEPT_BYTES = 32;

const OPCODE = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;
const CLOSE = { protocolError: 1002, tooBig: 1009 } as const;
const MOST_HEAD_BYTES = 14;
const MOST_CONTROL_BYTES = 125;
const EMPTY = Buffer.alloc(0);

/**
 * Reads a client's WebSocket frames (RFC 6455, section 5) from a stream in whatever pieces it comes. It does what `ws`
 * does, but for binary messages, of which it keeps the beginning and steps over the rest: with hundreds of senders the
 * unmasking and collecting of bytes that nobody reads would be most of the work.
 */
export class FrameReader {
  readonly #listener: FrameListener;
  readonly #mostBytes: number;
  readonly #head = new Uint8Array(MOST_HEAD_BYTES);
  #headBytes = 0;
  #opcode = 0;
  #final = false;
  #frameBytes = 0;
  #maskAt = 0;
  /** Of the frame's payload; -1: its head is being read. */
  #leftBytes = -1;
  /** Opcode of the message that is being read; 0: none. */
  #message = 0;
  #messageBytes = 0;
  readonly #kept = new Uint8Array(KEPT_BYTES);
  #text = EMPTY;
  #control = EMPTY;
  #over = false;

  /** @param mostBytes the largest binary message that is taken */
  constructor(listener: FrameListener, mostBytes: number) {
    this.#listener = listener;
    this.#mostBytes = mostBytes;
  }

  push(chunk: Uint8Array, bytes: number): void {
    let at = 0;
    while (at < bytes && !this.#over) {
      at = this.#leftBytes < 0 ? this.#readHead(chunk, at, bytes) : this.#readPayload(chunk, at, bytes);
      if (this.#leftBytes === 0) this.#endFrame();
    }
  }

  /** Nothing is told any more. */
  stop(): void {
    this.#over = true;
  }

  #readHead(chunk: Uint8Array, from: number, to: number): number {
    let at = from;
    while (at < to) {
      this.#head[this.#headBytes++] = chunk[at++] ?? 0;
      const short = (this.#head[1] ?? 0) & 0x7f;
      const wanted = this.#headBytes < 2 ? 2 : (short < 126 ? 2 : short === 126 ? 4 : 10) + 4;
      if (this.#headBytes === wanted) {
        this.#beginFrame(short);
        break;
      }
    }
    return at;
  }

  #beginFrame(short: number): void {
    const first = this.#head[0] ?? 0;
    const second = this.#head[1] ?? 0;
    const view = new DataView(this.#head.buffer);
    this.#headBytes = 0;
    this.#maskAt = short < 126 ? 2 : short === 126 ? 4 : 10;
    this.#opcode = first & 15;
    this.#final = (first & 0x80) !== 0;
    this.#frameBytes = short < 126 ? short : short === 126 ? view.getUint16(2) : Number(view.getBigUint64(2));
    if ((first & 0x70) !== 0 || (second & 0x80) === 0) return this.#invalid(CLOSE.protocolError, 'not a valid frame');
    this.#leftBytes = this.#frameBytes;
    return this.#opcode >= OPCODE.close ? this.#beginControl() : this.#beginData();
  }

  #beginControl(): void {
    const known = this.#opcode <= OPCODE.pong;
    if (!known || !this.#final || this.#frameBytes > MOST_CONTROL_BYTES)
      return this.#invalid(CLOSE.protocolError, 'not a valid control frame');
    this.#control = this.#frameBytes === 0 ? EMPTY : Buffer.alloc(this.#frameBytes);
    return undefined;
  }

  #beginData(): void {
    const continues = this.#opcode === OPCODE.continuation;
    if (this.#opcode > OPCODE.binary || continues === (this.#message === 0))
      return this.#invalid(CLOSE.protocolError, 'not a frame that may come here');
    if (!continues) {
      this.#message = this.#opcode;
      this.#messageBytes = 0;
      this.#text = EMPTY;
    }
    const most = this.#message === OPCODE.text ? LIMITS.textMessageBytes : this.#mostBytes;
    if (this.#messageBytes + this.#frameBytes > most) return this.#invalid(CLOSE.tooBig, 'the message is too large');
    if (this.#message === OPCODE.text) this.#text = Buffer.concat([this.#text], this.#messageBytes + this.#frameBytes);
    return undefined;
  }

  #readPayload(chunk: Uint8Array, at: number, to: number): number {
    const bytes = Math.min(this.#leftBytes, to - at);
    if (this.#opcode >= OPCODE.close) this.#unmask(chunk, at, bytes, this.#control, this.#frameBytes - this.#leftBytes);
    else {
      const into = this.#message === OPCODE.text ? this.#text : this.#kept;
      this.#unmask(chunk, at, bytes, into, this.#messageBytes);
      this.#messageBytes += bytes;
    }
    this.#leftBytes -= bytes;
    return at + bytes;
  }

  /** As much as there is room for behind `offset`. */
  #unmask(chunk: Uint8Array, at: number, bytes: number, into: Uint8Array, offset: number): void {
    const from = this.#frameBytes - this.#leftBytes;
    const count = Math.min(bytes, into.byteLength - offset);
    for (let n = 0; n < count; n += 1)
      into[offset + n] = (chunk[at + n] ?? 0) ^ (this.#head[this.#maskAt + ((from + n) & 3)] ?? 0);
  }

  #endFrame(): void {
    this.#leftBytes = -1;
    if (this.#opcode >= OPCODE.close) return this.#endControl();
    if (!this.#final) return undefined;
    const message = this.#message;
    this.#message = 0;
    if (message === OPCODE.text) return this.#listener.onText(this.#text.toString('utf8'));
    return this.#listener.onBinary(
      this.#kept.subarray(0, Math.min(KEPT_BYTES, this.#messageBytes)),
      this.#messageBytes,
    );
  }

  #endControl(): void {
    if (this.#opcode === OPCODE.ping) this.#listener.onPing(this.#control);
    else if (this.#opcode === OPCODE.pong) this.#listener.onPong();
    else {
      this.#over = true;
      this.#listener.onClose();
    }
  }

  #invalid(code: number, reason: string): void {
    this.#over = true;
    this.#leftBytes = -1;
    this.#listener.onInvalid(code, reason);
  }
}
