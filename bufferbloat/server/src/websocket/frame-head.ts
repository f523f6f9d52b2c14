/** Of frames that a server sends; all of them are final. */
export const OPCODE = { text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;

export const MOST_HEAD_BYTES = 10;

/** How long the head of an unmasked frame is, in bytes. */
export const headBytesFor = (payloadBytes: number): number =>
  payloadBytes < 126 ? 2 : payloadBytes < 65_536 ? 4 : MOST_HEAD_BYTES;

/** Writes the head of an unmasked, final frame (RFC 6455, section 5.2). */
export function writeHead(into: Buffer, at: number, opcode: number, payloadBytes: number): void {
  into[at] = 0x80 | opcode;
  if (payloadBytes < 126) into[at + 1] = payloadBytes;
  else if (payloadBytes < 65_536) {
    into[at + 1] = 126;
    into.writeUInt16BE(payloadBytes, at + 2);
  } else {
    into[at + 1] = 127;
    into.writeBigUInt64BE(BigInt(payloadBytes), at + 2);
  }
}

/** A whole short frame: text, close, ping or pong. */
export function frameOf(opcode: number, payload: Uint8Array): Buffer {
  const headBytes = headBytesFor(payload.byteLength);
  const frame = Buffer.allocUnsafe(headBytes + payload.byteLength);
  writeHead(frame, 0, opcode, payload.byteLength);
  frame.set(payload, headBytes);
  return frame;
}
