import { describe, expect, it } from 'vitest';
import { joinCrossings } from '../src/crossings.ts';
import { dtlsHead, tcp, udp } from './fixtures/frames.ts';

describe('joinCrossings', () => {
  it('joins both sightings of a packet on each leg', () => {
    const crossings = joinCrossings([
      udp('upIn', 10, dtlsHead(1), 77),
      udp('upOut', 35, dtlsHead(1), 77),
      udp('downIn', 36, dtlsHead(1), 77),
      udp('downOut', 36.5, dtlsHead(1), 77),
    ]);
    expect(crossings.map(({ direction, inMs, outMs }) => ({ direction, inMs, outMs }))).toEqual([
      { direction: 'upload', inMs: 10, outMs: 35 },
      { direction: 'download', inMs: 36, outMs: 36.5 },
    ]);
  });

  it('tells a packet that the queue refused from one that still waits', () => {
    const crossings = joinCrossings([
      udp('upIn', 10, dtlsHead(1), 77),
      udp('upIn', 20, dtlsHead(2), 77),
      udp('upOut', 30, dtlsHead(2), 77),
      udp('upIn', 40, dtlsHead(3), 77),
      udp('downIn', 50, dtlsHead(9), 77), // says nothing about the other leg
      udp('downOut', 51, dtlsHead(9), 77),
    ]);
    expect(crossings.map(({ inMs, outMs }) => [inMs, outMs])).toEqual([
      [10, null],
      [20, 30],
      [50, 51],
    ]);
  });

  it('takes a packet that TCP sent again for another one', () => {
    const again = { sequence: 5000, payloadBytes: 1448 };
    const crossings = joinCrossings([
      tcp('upIn', 10, { ...again, identification: 1 }),
      tcp('upIn', 20, { ...again, identification: 2 }),
      tcp('upOut', 90, { ...again, identification: 2 }),
    ]);
    expect(crossings.map(({ inMs, outMs }) => [inMs, outMs])).toEqual([
      [10, null],
      [20, 90],
    ]);
  });

  it('takes identical datagrams in their order', () => {
    const same = [0, 1, 2];
    const crossings = joinCrossings([
      udp('upIn', 1, same, 20),
      udp('upIn', 2, same, 20),
      udp('upOut', 3, same, 20),
      udp('upOut', 4, same, 20),
    ]);
    expect(crossings.map(({ inMs, outMs }) => [inMs, outMs])).toEqual([
      [1, 3],
      [2, 4],
    ]);
  });

  it('leaves out a packet that was in the queue before the recording began', () => {
    expect(joinCrossings([udp('upOut', 3, dtlsHead(1), 77)])).toEqual([]);
  });

  it('knows that queues of their own say nothing about each other', () => {
    const packets = [
      udp('upIn', 10, dtlsHead(1), 77, 8001),
      udp('upIn', 20, dtlsHead(2), 77, 8002),
      udp('upOut', 21, dtlsHead(2), 77, 8002),
    ];
    expect(joinCrossings(packets).map(({ inMs, outMs }) => [inMs, outMs])).toEqual([
      [10, null],
      [20, 21],
    ]);
    expect(joinCrossings(packets, [8001, 8002]).map(({ inMs, outMs }) => [inMs, outMs])).toEqual([[20, 21]]);
  });
});
