import { describe, expect, it } from 'vitest';
import type { Stretch } from '../src/byte-stream.ts';
import { readConversation } from '../src/websocket-messages.ts';

const ACCEPTED = 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n';

/** A frame as RFC 6455 5.2 has it. */
function frame(
  opcode: number,
  content: Uint8Array,
  options: { last?: boolean; mask?: readonly number[] } = {},
): Buffer {
  const { last = true, mask } = options;
  const short = content.length < 126 ? content.length : content.length < 65_536 ? 126 : 127;
  const length = Buffer.alloc(short < 126 ? 0 : short === 126 ? 2 : 8);
  if (short === 126) length.writeUInt16BE(content.length);
  if (short === 127) length.writeBigUInt64BE(BigInt(content.length));
  const head = Buffer.from([(last ? 0x80 : 0) | opcode, (mask === undefined ? 0 : 0x80) | short]);
  const body = mask === undefined ? content : content.map((byte, index) => byte ^ (mask[index % 4] ?? 0));
  return Buffer.concat([head, length, Buffer.from(mask ?? []), body]);
}

/** Each part arrives a millisecond after the one before. */
const arriving = (...parts: readonly (string | Uint8Array)[]): Stretch[] =>
  parts.map((part, index) => ({ atMs: index, bytes: Buffer.from(part) }));

const content = (bytes: number) => Uint8Array.from({ length: bytes }, (_, index) => (index * 7) & 0xff);

describe('messages of a WebSocket', () => {
  it.each([0, 1, 125, 126, 65_535, 65_536, 200_000])('of %i bytes are read, masked or not', (bytes) => {
    for (const mask of [undefined, [1, 200, 3, 77]]) {
      const whole = frame(2, content(bytes), mask === undefined ? {} : { mask });
      const told = readConversation(
        arriving(ACCEPTED, whole.subarray(0, 1), whole.subarray(1), frame(1, Buffer.from('end'))),
      );
      expect(told?.messages.map((message) => [message.kind, message.bytes, message.atMs])).toEqual([
        ['binary', bytes, 2],
        ['text', 3, 3],
      ]);
      expect(Buffer.from(told?.messages[0]?.head ?? [])).toEqual(Buffer.from(content(bytes).subarray(0, 64)));
    }
  });

  it('are there when their last byte is', () => {
    const told = readConversation(arriving(ACCEPTED, frame(2, content(10)).subarray(0, 11), Buffer.from([63])));
    expect(told?.messages.map(({ atMs }) => atMs)).toEqual([2]);
  });

  it('may come in fragments with a ping between, and a text is kept whole', () => {
    const text = Buffer.from('x'.repeat(300));
    const parts = [
      frame(1, text.subarray(0, 100), { last: false }),
      frame(9, content(4)),
      frame(0, text.subarray(100)),
    ];
    const told = readConversation(arriving(ACCEPTED, ...parts));
    expect(told?.messages).toEqual([{ kind: 'text', atMs: 3, bytes: 300, head: Uint8Array.from(text) }]);
  });

  it('that are not all there are left out', () => {
    expect(readConversation(arriving(ACCEPTED, frame(2, content(10)).subarray(0, 9)))?.messages).toEqual([]);
  });

  it('are not looked for where none was opened', () => {
    expect(readConversation(arriving('HTTP/1.1 200 OK\r\n\r\nGET what'))).toBeUndefined();
    expect(readConversation(arriving('HTTP/1.1 101 Switching Protocols\r\nUpgr'))).toBeUndefined();
    expect(readConversation([])).toBeUndefined();
  });

  it('say when a stream cannot be a WebSocket', () => {
    expect(() => readConversation(arriving(ACCEPTED, 'GET /'))).toThrow(/put together wrongly/);
  });
});
