import { Duplex } from 'node:stream';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { openParentChannel } from '../src/channel.ts';
import { createLineReader } from '../src/lines.ts';
import { childLineLimitBytes, encodeMessage, parseChildMessage, parseParentMessage } from '../src/messages.ts';

function readAll(chunks: readonly Buffer[], limitBytes: number, longLines: 'refuse' | 'split') {
  const lines: string[] = [];
  const reader = createLineReader(limitBytes, longLines, (line) => lines.push(line));
  const took = chunks.map((chunk) => reader.push(chunk));
  reader.end();
  return { lines, refused: took.includes(false) };
}

test('lines are the same however the bytes are cut', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'grapheme' })), fc.array(fc.nat(20)), (texts, cuts) => {
      const lines = texts.map((text) => text.replaceAll('\n', ' '));
      let rest = Buffer.from(lines.map((line) => `${line}\n`).join(''));
      const chunks = cuts.map((cut) => {
        const chunk = rest.subarray(0, cut);
        rest = rest.subarray(cut);
        return chunk;
      });
      expect(readAll([...chunks, rest], 10_000, 'refuse')).toEqual({ lines, refused: false });
    }),
  );
});

test('a line at the limit passes, one above it is refused or split', () => {
  const chunk = Buffer.from('abcd\nabcde\nf\n');
  expect(readAll([chunk], 4, 'refuse')).toEqual({ lines: ['abcd'], refused: true });
  expect(readAll([chunk], 4, 'split')).toEqual({ lines: ['abcd', 'abcd', 'e', 'f'], refused: false });
  expect(readAll([Buffer.from('abcdefghij')], 4, 'split').lines).toEqual(['abcd', 'efgh', 'ij']);
});

test('messages survive the way, and nothing else becomes one', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 8 }), (data) => {
      expect(parseChildMessage(encodeMessage({ type: 'report', data: data as never }))).toEqual({
        type: 'report',
        data: JSON.parse(JSON.stringify(data)),
      });
    }),
  );
  const lines = [
    '',
    'x',
    '1',
    'null',
    '[]',
    '{}',
    '{"type":"pong"}',
    '{"type":"pong","id":"1"}',
    '{"type":"report"}',
    '{"type":"hello"}',
  ];
  for (const line of lines) {
    expect([parseChildMessage(line), parseParentMessage(line)]).toEqual([undefined, undefined]);
  }
  const deep = `{"type":"report","data":${'['.repeat(40)}${']'.repeat(40)}}`;
  expect(parseChildMessage(deep)).toBeUndefined();
});

function createChannel() {
  const seen: string[] = [];
  let nowMs = 0;
  const socket = new Duplex({ read: () => undefined, write: (_chunk, _encoding, done) => done() });
  const clock = { nowMs: () => nowMs, epochMs: () => nowMs, after: () => () => undefined };
  openParentChannel(socket, clock, {
    onMessage: (message) => seen.push(message.type),
    onViolation: (reason) => seen.push(reason),
  });
  return {
    seen,
    feed: (text: string) => socket.emit('data', Buffer.from(text)),
    advance: (ms: number) => void (nowMs += ms),
    socket,
  };
}

test.each([
  {
    name: 'garbage',
    text: '{"type":"ready"}\nnonsense\n{"type":"ready"}\n',
    seen: ['ready', 'a line that is not a message'],
  },
  { name: 'a giant line', text: 'x'.repeat(childLineLimitBytes + 1), seen: ['a line of more than 65536 bytes'] },
])('$name ends the channel once', ({ text, seen }) => {
  const channel = createChannel();
  channel.feed(text);
  channel.feed(text);
  expect(channel.seen).toEqual(seen);
  expect(channel.socket.destroyed).toBe(true);
});

test('a flood of well-formed messages ends the channel, the same number over time does not', () => {
  const flood = createChannel();
  flood.feed('{"type":"pong","id":1}\n'.repeat(1_001));
  expect(flood.seen.at(-1)).toBe('more than 1000 messages within a second');
  const slow = createChannel();
  for (let second = 0; second < 3; second += 1) {
    slow.feed('{"type":"pong","id":1}\n'.repeat(1_000));
    slow.advance(1_000);
  }
  expect(slow.seen).toHaveLength(3_000);
});
