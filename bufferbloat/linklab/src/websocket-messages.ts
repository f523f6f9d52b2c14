import type { Stretch } from './byte-stream.ts';
import { LabError } from './errors.ts';

/** A whole WebSocket message, with when its last byte could be read. */
export interface WireMessage {
  readonly kind: 'text' | 'binary';
  readonly atMs: number;
  /** Length of the whole message. */
  readonly bytes: number;
  /** Its content, unmasked: all of a text, the first 64 bytes of a binary one. */
  readonly head: Uint8Array;
}

/** One direction of a connection: how it was opened and what was said then. */
export interface Conversation {
  /** The request line, or the status line of the answer. */
  readonly opening: string;
  readonly messages: readonly WireMessage[];
}

const OPENING = /^(GET |HTTP\/1\.1 101 )/;
const HEAD_BYTES = 64;
const LONGEST_OPENING_BYTES = 16 * 1024;
const CONTINUATION = 0;
const TEXT = 1;
const BINARY = 2;
const FIRST_CONTROL = 8;
const HAS_MASK = 0x80;
const FINAL = 0x80;
const RESERVED_BITS = 0x70;

/**
 * Reads the messages out of one direction of a WebSocket connection, its HTTP opening first; control frames are passed over.
 * `undefined` when the opening is not all there, or is the server's and refuses.
 *
 * Throws a `LabError` (`capture-failed`) at a frame that no extension-less WebSocket has.
 */
export function readConversation(stretches: readonly Stretch[]): Conversation | undefined {
  const input = new StreamReader(stretches);
  const opening = input.line();
  if (opening === undefined || !OPENING.test(opening)) return undefined;
  for (let line = input.line(); line !== ''; line = input.line()) if (line === undefined) return undefined;

  const messages: WireMessage[] = [];
  let kind: WireMessage['kind'] = 'binary';
  let head = new Uint8Array();
  let bytes = 0;
  for (;;) {
    const frame = readFrame(input, (opcode) => opcode === TEXT || (opcode === CONTINUATION && kind === 'text'));
    if (frame === undefined) return { opening, messages };
    if (frame.opcode >= FIRST_CONTROL) continue;
    if (frame.opcode !== CONTINUATION) {
      kind = frame.opcode === TEXT ? 'text' : 'binary';
      head = new Uint8Array();
      bytes = 0;
    }
    bytes += frame.bytes;
    if (kind === 'text' || head.length < HEAD_BYTES) head = joined(head, frame.head);
    if (frame.isLast) messages.push({ kind, atMs: input.atMs, bytes, head });
  }
}

interface Frame {
  readonly opcode: number;
  readonly isLast: boolean;
  readonly bytes: number;
  readonly head: Uint8Array;
}

function readFrame(input: StreamReader, isWanted: (opcode: number) => boolean): Frame | undefined {
  const start = input.take(2);
  if (start === undefined) return undefined;
  const [first = 0, second = 0] = start;
  const opcode = first & 0xf;
  if ((first & RESERVED_BITS) !== 0 || (opcode > BINARY && opcode < FIRST_CONTROL)) {
    throw new LabError('capture-failed', `a WebSocket frame begins with ${first}: the stream was put together wrongly`);
  }
  let bytes = second & 0x7f;
  if (bytes >= 126) {
    const length = input.take(bytes === 126 ? 2 : 8);
    if (length === undefined) return undefined;
    bytes = length.reduce((sum, byte) => sum * 256 + byte, 0);
  }
  const mask = (second & HAS_MASK) === 0 ? undefined : input.take(4);
  const headBytes = isWanted(opcode) ? bytes : Math.min(bytes, HEAD_BYTES);
  const head = input.take(headBytes);
  if (head === undefined || !input.skip(bytes - headBytes)) return undefined;
  return { opcode, isLast: (first & FINAL) !== 0, bytes, head: mask === undefined ? head : unmasked(head, mask) };
}

function unmasked(bytes: Uint8Array, mask: Uint8Array): Uint8Array {
  return bytes.map((byte, index) => byte ^ (mask[index % 4] ?? 0));
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array<ArrayBuffer> {
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}

/** Reads a stream from its start; what is asked for and not all there ends it. */
class StreamReader {
  /** When the last byte read became readable. */
  atMs = 0;
  private readonly stretches: readonly Stretch[];
  private index = 0;
  private offset = 0;

  constructor(stretches: readonly Stretch[]) {
    this.stretches = stretches;
  }

  take(count: number): Uint8Array | undefined {
    const taken = new Uint8Array(count);
    let at = 0;
    return this.advance(count, (part) => {
      taken.set(part, at);
      at += part.length;
    })
      ? taken
      : undefined;
  }

  skip(count: number): boolean {
    return this.advance(count, () => {});
  }

  /** A line of HTTP without its end; `undefined` when there is none. */
  line(): string | undefined {
    let text = '';
    while (!text.endsWith('\r\n')) {
      const byte = this.take(1)?.[0];
      if (byte === undefined || text.length > LONGEST_OPENING_BYTES) return undefined;
      text += String.fromCharCode(byte);
    }
    return text.slice(0, -2);
  }

  private advance(count: number, use: (part: Uint8Array) => void): boolean {
    let left = count;
    while (left > 0) {
      const stretch = this.stretches[this.index];
      if (stretch === undefined) return false;
      const part = stretch.bytes.subarray(this.offset, this.offset + left);
      use(part);
      left -= part.length;
      this.offset += part.length;
      this.atMs = stretch.atMs;
      if (this.offset < stretch.bytes.length) continue;
      this.index += 1;
      this.offset = 0;
    }
    return true;
  }
}
