import { describe, expect, it } from 'vitest';
import { joinCrossings } from '../src/crossings.ts';
import type { Packet } from '../src/pcap.ts';
import { findProbes } from '../src/probes.ts';
import { dtlsHead, type Sighting, tcp, udp } from './fixtures/frames.ts';

const PROBE = 77;
const SACK = 65;

function find(packets: Packet[], baseRttMs = 0) {
  return findProbes(joinCrossings(packets), { ports: [8005], payloadBytes: 12, baseRttMs });
}

/** A passage through the router; without `outMs` the queue refuses it. */
function datagram(way: 'up' | 'down', sequence: number, inMs: number, outMs: number | null, bytes = PROBE): Packet[] {
  const seen = (at: 'In' | 'Out') => `${way}${at}` satisfies Sighting;
  const arrival = udp(seen('In'), inMs, dtlsHead(sequence), bytes);
  return outMs === null ? [arrival] : [arrival, udp(seen('Out'), outMs, dtlsHead(sequence), bytes)];
}

describe('probes over a data channel', () => {
  it('are requests with the echo that follows', () => {
    const [probe] = find([...datagram('up', 1, 10, 40), ...datagram('down', 1, 40.5, 60.5)]);
    expect(probe).toEqual({
      protocol: 'udp',
      port: 8005,
      sentAtMs: 10,
      upSojournMs: 30,
      serverTurnaroundMs: 0.5,
      downSojournMs: 20,
      roundTripMs: 50.5,
    });
  });

  it('are as long as the cipher makes them', () => {
    const chacha = (sequence: number) => dtlsHead(sequence, false);
    const passage = (sequence: number, atMs: number, bytes: number) => [
      udp('upIn', atMs, chacha(sequence), bytes),
      udp('upOut', atMs + 1, chacha(sequence), bytes),
    ];
    const probes = find([
      ...passage(1, 10, 57), // an acknowledgement
      ...passage(2, 20, 69), // a probe
      ...passage(3, 30, 77), // an acknowledgement with five gaps
      ...passage(4, 40, 85), // a probe behind an acknowledgement
    ]);
    expect(probes.map((probe) => probe.sentAtMs)).toEqual([20, 40]);
  });

  it('are told from acknowledgements, STUN and other ports', () => {
    const probes = find([
      ...datagram('up', 1, 10, 11, SACK),
      ...datagram('up', 2, 20, 21, SACK + 4),
      ...datagram('up', 3, 30, 31, PROBE + 4), // an acknowledgement with four gaps
      udp('upIn', 40, [0, 1, 0, 80], 100),
      udp('upOut', 41, [0, 1, 0, 80], 100),
      udp('upIn', 50, dtlsHead(4), PROBE, 9000),
      udp('upOut', 51, dtlsHead(4), PROBE, 9000),
      ...datagram('up', 5, 60, 61, PROBE + 16), // a probe behind an acknowledgement
      ...datagram('up', 6, 70, 71),
      udp('upIn', 80, [99, 1], 32), // neither STUN nor DTLS: a plain probe
      udp('upOut', 81, [99, 1], 32),
    ]);
    expect(probes.map((probe) => probe.sentAtMs)).toEqual([60, 70, 80]);
  });

  it('that are lost on the way there, at the server or on the way back are told apart', () => {
    const probes = find([
      ...datagram('up', 1, 0, null),
      ...datagram('up', 2, 20, 25),
      ...datagram('up', 3, 40, 45),
      ...datagram('down', 3, 46, null),
      ...datagram('up', 4, 60, 65),
      ...datagram('down', 4, 66, 67),
    ]);
    expect(probes.map((probe) => [probe.upSojournMs, probe.serverTurnaroundMs, probe.downSojournMs])).toEqual([
      [null, null, null],
      [5, null, null],
      [5, 1, null],
      [5, 1, 1],
    ]);
    expect(probes.map((probe) => probe.roundTripMs)).toEqual([null, null, null, 7]);
  });

  it('may turn around in as much time as the base round trip takes', () => {
    const packets = [...datagram('up', 1, 0, 1), ...datagram('down', 1, 252, 253)];
    expect(find(packets)[0]?.roundTripMs).toBeNull();
    expect(find(packets, 252)[0]?.roundTripMs).toBeNull();
    expect(find(packets, 100)[0]?.roundTripMs).toBe(253);
  });
});

describe('probes over a WebSocket', () => {
  const frame = (way: 'up' | 'down', index: number, inMs: number, outMs: number | null, count = 1, id = index) => {
    const bytes = way === 'up' ? 18 : 14;
    const fields = { sequence: (0xffffffe0 + index * bytes) >>> 0, payloadBytes: bytes * count, identification: id };
    const arrival = tcp(`${way}In`, inMs, fields);
    return outMs === null ? [arrival] : [arrival, tcp(`${way}Out`, outMs, fields)];
  };

  it('are paired by their place in the stream, across its wrap', () => {
    const probes = find([
      tcp('upIn', 0, { sequence: 0xfffffe00, payloadBytes: 480 }), // the handshake
      tcp('upOut', 1, { sequence: 0xfffffe00, payloadBytes: 480 }),
      ...frame('up', 0, 10, 20),
      ...frame('up', 1, 30, 45),
      ...frame('up', 2, 50, 60),
      ...frame('down', 0, 21, 22),
      ...frame('down', 1, 46, 50),
      ...frame('down', 2, 61, 62),
    ]);
    expect(probes.map((probe) => probe.sentAtMs)).toEqual([10, 30, 50]);
    expect(probes.map((probe) => probe.roundTripMs)).toEqual([12, 20, 12]);
    expect(probes.map((probe) => probe.protocol)).toEqual(['tcp', 'tcp', 'tcp']);
  });

  it('wait for the resending of one that was lost before them', () => {
    const probes = find([
      ...frame('up', 0, 0, 1),
      ...frame('down', 0, 2, 3),
      ...frame('up', 1, 10, null),
      ...frame('up', 2, 30, 31),
      ...frame('up', 1, 200, 210, 1, 900),
      ...frame('down', 1, 211, 212, 2), // both echoes in one packet
    ]);
    expect(probes.map((probe) => probe.upSojournMs)).toEqual([1, null, 1]);
    expect(probes.map((probe) => probe.serverTurnaroundMs)).toEqual([1, 1, 1]);
    expect(probes.map((probe) => probe.roundTripMs)).toEqual([3, 202, 182]);
  });

  it('that never arrived have no round trip', () => {
    const probes = find([
      ...frame('up', 0, 0, 1),
      ...frame('down', 0, 2, 3),
      ...frame('up', 1, 9, null),
      ...frame('up', 2, 10, 11),
    ]);
    expect(probes.map((probe) => probe.roundTripMs)).toEqual([3, null, null]);
  });
});
