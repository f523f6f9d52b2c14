import { randomFillSync } from 'node:crypto';
import type { Socket } from 'node:net';
import {
  FRAME_HEADER_BYTES,
  MAX_FRAME_BYTES,
  writeFrameHeader,
  type FrameHeader,
} from '@rowhouse/bufferbloat-protocol';
import { isEncrypted, type Gather, type Tcp } from '../tcp/index.ts';
import { frameOf, headBytesFor, MOST_HEAD_BYTES, OPCODE, writeHead } from '../websocket/index.ts';

/** The message's header lies behind the longest head of a frame; a shorter head begins later. */
const HEAD_BYTES = MOST_HEAD_BYTES + FRAME_HEADER_BYTES;
/** What may wait in a socket that nobody reads, besides the one message that it has begun. */
const MOST_TEXT_BYTES = 64 * 1024;

/** What became of a message. */
export type Outcome = 'taken' | 'no-room' | 'broken';

/** What all wires of a process share: one head, which is written anew for each message, and one filling. */
export interface Press {
  readonly head: Buffer;
  readonly view: DataView;
  readonly filling: Buffer;
  readonly gather: Gather | undefined;
  /** Where the next message's filling begins. */
  cursor: number;
}

/** One pool of incompressible bytes (requirement B17), from which every message is cut. */
export function createPress(tcp: Tcp): Press {
  const head = Buffer.allocUnsafeSlow(HEAD_BYTES);
  const filling = Buffer.allocUnsafeSlow(MAX_FRAME_BYTES);
  randomFillSync(filling);
  return {
    head,
    view: new DataView(head.buffer, head.byteOffset + MOST_HEAD_BYTES, FRAME_HEADER_BYTES),
    filling,
    gather: tcp.gather(head, filling),
    cursor: 0,
  };
}

/** Sends one session's frames: what the kernel has no room for is refused, not queued. */
export class Wire {
  readonly #socket: Socket;
  readonly #press: Press;
  readonly #gather: Gather | undefined;
  readonly #mostWaitingBytes: number;
  readonly #onRoom: () => void;

  /**
   * @param mostWaitingBytes what may wait in the stream where the kernel's own answer is not to be had (under TLS,
   * which takes a turn to encrypt, and without the library)
   * @param onRoom called when what waited has been taken
   */
  constructor(socket: Socket, press: Press, mostWaitingBytes: number, onRoom: () => void) {
    this.#socket = socket;
    this.#press = press;
    this.#gather = isEncrypted(socket) ? undefined : press.gather;
    this.#mostWaitingBytes = this.#gather ? 0 : mostWaitingBytes;
    this.#onRoom = onRoom;
  }

  /**
   * Sends a binary message.
   *
   * @param bytes of the whole message, header included
   * @param insist queues it when the kernel has no room at the moment: `onRoom` then tells when it has
   */
  message(header: FrameHeader, bytes: number, insist: boolean): Outcome {
    if (!this.#socket.writable) return 'broken';
    if (this.#socket.writableLength > this.#mostWaitingBytes) return 'no-room';
    const { head, view } = this.#press;
    const headFrom = MOST_HEAD_BYTES - headBytesFor(bytes);
    writeHead(head, headFrom, OPCODE.binary, bytes);
    writeFrameHeader(view, header);
    const fillingBytes = bytes - FRAME_HEADER_BYTES;
    const fillingFrom = this.#cut(fillingBytes);
    const headBytes = HEAD_BYTES - headFrom;
    const gather = this.#gather;
    if (gather) {
      const taken = gather.send(this.#socket, headFrom, headBytes, fillingFrom, fillingBytes) ?? -1;
      if (taken < 0) return 'broken';
      if (taken === headBytes + fillingBytes) return 'taken';
      if (taken === 0 && !insist) return 'no-room';
      this.#write(headFrom, fillingFrom, fillingBytes, taken);
    } else this.#write(headFrom, fillingFrom, fillingBytes, 0);
    return 'taken';
  }

  /** @returns `false`, having sent nothing, when too much waits already: the client does not read */
  text(value: unknown): boolean {
    return this.#frame(OPCODE.text, Buffer.from(JSON.stringify(value)));
  }

  ping(): boolean {
    return this.#frame(OPCODE.ping, Buffer.alloc(0));
  }

  pong(data: Uint8Array): boolean {
    return this.#frame(OPCODE.pong, data);
  }

  /** Says goodbye; the connection is half-closed behind it. */
  close(code: number, reason: string): void {
    const payload = Buffer.allocUnsafe(2 + Buffer.byteLength(reason));
    payload.writeUInt16BE(code);
    payload.write(reason, 2);
    this.#frame(OPCODE.close, payload);
    this.#socket.end();
  }

  #frame(opcode: number, payload: Uint8Array): boolean {
    if (!this.#socket.writable || this.#socket.writableLength > MAX_FRAME_BYTES + MOST_TEXT_BYTES) return false;
    this.#socket.write(frameOf(opcode, payload));
    return true;
  }

  /** Gives the stream what the kernel has not taken: the head is used again and must be copied, the filling is not. */
  #write(headFrom: number, fillingFrom: number, fillingBytes: number, takenBytes: number): void {
    const { head, filling } = this.#press;
    const ofHead = Math.min(takenBytes, HEAD_BYTES - headFrom);
    const ofFilling = takenBytes - ofHead;
    this.#socket.cork();
    if (headFrom + ofHead < HEAD_BYTES) this.#socket.write(Buffer.from(head.subarray(headFrom + ofHead)));
    this.#socket.write(filling.subarray(fillingFrom + ofFilling, fillingFrom + fillingBytes), this.#onRoom);
    this.#socket.uncork();
  }

  #cut(bytes: number): number {
    const press = this.#press;
    if (press.cursor + bytes > press.filling.byteLength) press.cursor = 0;
    const from = press.cursor;
    press.cursor += bytes;
    return from;
  }
}
