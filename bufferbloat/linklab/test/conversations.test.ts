import { describe, expect, it } from 'vitest';
import { readConnections } from '../src/conversations.ts';
import type { Packet } from '../src/pcap.ts';
import { type Sighting, tcp } from './fixtures/frames.ts';

const NOTHING_FURTHER = { download: 0, upload: 0 };
const ASKS = 'GET /ws/virtual-household/alex?token=t HTTP/1.1\r\nHost: a\r\n\r\n';
const ACCEPTS = 'HTTP/1.1 101 Switching Protocols\r\n\r\n';
const SYN = 2;

function packet(
  seen: Sighting,
  atMs: number,
  sequence: number,
  content: string | readonly number[],
  flags?: number,
): Packet {
  const bytes = typeof content === 'string' ? Buffer.from(content) : Uint8Array.from(content);
  const fields = { sequence, payloadBytes: bytes.length, port: 8002, ...(flags !== undefined && { flags }) };
  return { ...tcp(seen, atMs, fields), payloadHead: bytes };
}

/** A connection that is opened and accepted; what follows is at these sequences. */
const opened = (accepts = ACCEPTS) => [
  packet('upOut', 1, 999, '', SYN),
  packet('downOut', 2, 4_294_967_295, '', SYN),
  packet('upOut', 3, 1000, ASKS),
  packet('downOut', 4, 0, accepts),
];
const UP = 1000 + ASKS.length;
const DOWN = ACCEPTS.length;

describe('connections of a recording', () => {
  it('are what was said in both directions, dated by the arrival of the last byte', () => {
    const [connection, ...others] = readConnections(
      [
        ...opened(),
        packet('downOut', 10, DOWN, [0x82, 4, 1, 2]),
        packet('downOut', 30, DOWN + 4, [3, 4]),
        packet('upOut', 20, UP, [0x81, 0x81, 5, 6, 7, 8, 65 ^ 5]),
      ],
      { download: 0, upload: 15 },
    );
    expect(others).toEqual([]);
    expect(connection).toMatchObject({ port: 8002, path: '/ws/virtual-household/alex?token=t', openedAtMs: 16 });
    expect(connection?.download.messages).toEqual([
      { kind: 'binary', atMs: 30, bytes: 4, head: Uint8Array.from([1, 2, 3, 4]) },
    ]);
    expect(connection?.upload.messages).toEqual([{ kind: 'text', atMs: 35, bytes: 1, head: Uint8Array.from([65]) }]);
  });

  it('wait for what the queue refused, and take it once when it comes twice', () => {
    const frame = (n: number) => [0x82, 1, n];
    const [connection] = readConnections(
      [
        ...opened(),
        packet('downIn', 9, DOWN, frame(1)), // never left: it is sent again at 40
        packet('downOut', 10, DOWN + 3, frame(2)),
        packet('downOut', 40, DOWN, [...frame(1), ...frame(2)]),
        packet('downOut', 50, DOWN + 6, frame(3)),
      ],
      NOTHING_FURTHER,
    );
    expect(connection?.download.messages.map(({ atMs, head }) => [atMs, head[0]])).toEqual([
      [40, 1],
      [40, 2],
      [50, 3],
    ]);
  });

  it('are only WebSockets, and only such as began in the recording', () => {
    const refused = [...opened('HTTP/1.1 403 Forbidden\r\n\r\n'), packet('upOut', 9, UP, ASKS)];
    expect(readConnections(refused, NOTHING_FURTHER)).toEqual([]);
    expect(readConnections(opened().slice(2), NOTHING_FURTHER)).toEqual([]);
  });

  it('cannot be made of packets that were cut short', () => {
    const cut = { ...packet('upOut', 9, UP, 'abc'), payloadBytes: 1000 };
    expect(() => readConnections([...opened(), cut], NOTHING_FURTHER)).toThrow(/whole packets/);
  });
});
