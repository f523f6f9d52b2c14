import { expect, test } from 'vitest';
import { FrameReader } from '../src/shared/frame-reader.ts';
import { frame } from '../src/shared/frames.ts';

const ofServer = (opcode: number, payload: Buffer) => frame({ opcode, payload, masked: false });

function readerOf(): { reader: FrameReader; seen: unknown[] } {
  const seen: unknown[] = [];
  const reader = new FrameReader({
    onBinary: (head, bytes) => seen.push(['binary', Buffer.from(head).toString('hex'), bytes]),
    onText: (text) => seen.push(['text', text]),
    onPing: (data) => seen.push(['ping', Buffer.from(data).toString()]),
    onClose: (code) => seen.push(['close', code]),
  });
  return { reader, seen };
}

test('reads the same from a stream in pieces of any size', () => {
  const large = Buffer.alloc(70_000, 3);
  const stream = Buffer.concat([
    ofServer(2, Buffer.alloc(0)),
    ofServer(2, Buffer.from('short')),
    ofServer(1, Buffer.from('{"type":"größer"}')),
    ofServer(2, large),
    ofServer(9, Buffer.from('are you there?')),
    ofServer(2, Buffer.alloc(300, 5)),
    ofServer(8, Buffer.from([0x03, 0xe9])),
  ]);
  const expected = [
    ['binary', '', 0],
    ['binary', Buffer.from('short').toString('hex'), 5],
    ['text', '{"type":"größer"}'],
    ['binary', '03'.repeat(32), 70_000],
    ['ping', 'are you there?'],
    ['binary', '05'.repeat(32), 300],
    ['close', 1001],
  ];
  for (const pieceBytes of [1, 2, 3, 7, 31, 33, 1000, 65_536, stream.byteLength]) {
    const { reader, seen } = readerOf();
    for (let at = 0; at < stream.byteLength; at += pieceBytes) reader.push(stream.subarray(at, at + pieceBytes));
    expect(seen).toEqual(expected);
  }
});

test('refuses what our servers never send', () => {
  const payload = Buffer.from('x');
  const refused = [
    frame({ opcode: 2, payload }),
    frame({ opcode: 2, payload, masked: false, final: false }),
    frame({ opcode: 0, payload, masked: false }),
    frame({ opcode: 2, payload, masked: false, reserved: 4 }),
    frame({ opcode: 1, payload, masked: false, claimedLength: 2n ** 40n }),
  ];
  for (const bytes of refused) expect(() => readerOf().reader.push(bytes)).toThrow('not a frame of our servers');
});
