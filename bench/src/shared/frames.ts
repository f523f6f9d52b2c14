/** How a WebSocket frame is to deviate from a proper one. */
export interface FrameOptions {
  readonly opcode: number;
  readonly payload: Uint8Array;
  readonly final?: boolean;
  /** The three reserved bits, 0 to 7. */
  readonly reserved?: number;
  /** Clients must mask; `false` is an error that the server has to notice. */
  readonly masked?: boolean;
  /** The length to claim; the payload's own by default. */
  readonly claimedLength?: bigint;
}

/** One WebSocket frame (RFC 6455, section 5.2), as broken as asked for. */
export function frame(options: FrameOptions): Buffer {
  const { opcode, payload, final = true, reserved = 0, masked = true } = options;
  const length = options.claimedLength ?? BigInt(payload.byteLength);
  const head = Buffer.alloc(14);
  head[0] = (final ? 0x80 : 0) | ((reserved & 7) << 4) | (opcode & 15);
  const maskBit = masked ? 0x80 : 0;
  let at = 2;
  if (length < 126n) {
    head[1] = maskBit | Number(length);
  } else if (length < 65_536n) {
    head[1] = maskBit | 126;
    at = head.writeUInt16BE(Number(length), at);
  } else {
    head[1] = maskBit | 127;
    at = head.writeBigUInt64BE(BigInt.asUintN(64, length), at);
  }
  // A mask of zeros leaves the payload as it is.
  return Buffer.concat([head.subarray(0, masked ? at + 4 : at), payload]);
}

export const textFrame = (text: string): Buffer => frame({ opcode: 1, payload: Buffer.from(text) });

/** The request that opens a WebSocket. */
export function upgradeRequest(path: string, extraHeaders: readonly string[] = []): string {
  return [
    `GET ${path} HTTP/1.1`,
    'Host: localhost',
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
    ...extraHeaders,
    '\r\n',
  ].join('\r\n');
}
