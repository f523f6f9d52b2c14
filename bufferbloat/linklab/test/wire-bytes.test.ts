import { describe, expect, it } from 'vitest';
import { LabError } from '../src/errors.ts';
import { captureFilter, samplingFor } from '../src/filter.ts';
import { sumWindow, totalsAt, weigh } from '../src/wire-bytes.ts';
import { randomSource } from './fixtures/random.ts';
import { tcp, udp } from './fixtures/frames.ts';

const PORTS = { probePorts: [8005], loadPorts: [8000] };
const SAMPLING = { download: 16, upload: 4 };

describe('weigh', () => {
  it.each([
    ['a probe', udp('upOut', 0, [23], 77), 'probe', 1],
    ['an echo of the lab', udp('upOut', 0, [99], 32, 7), 'other', 1],
    ['bulk data to the client', tcp('downOut', 0, { sequence: 1, payloadBytes: 1448, port: 8000 }), 'load', 16],
    ['bulk data to the server', tcp('upOut', 0, { sequence: 1, payloadBytes: 1448, port: 8000 }), 'load', 4],
    [
      'what acknowledges a download',
      tcp('upOut', 0, { sequence: 1, payloadBytes: 0, flags: 16, port: 8000 }),
      'ack',
      16,
    ],
    [
      'what acknowledges an upload',
      tcp('downOut', 0, { sequence: 1, payloadBytes: 0, flags: 16, port: 8000 }),
      'ack',
      4,
    ],
    ['telemetry', tcp('downOut', 0, { sequence: 1, payloadBytes: 120, port: 8000 }), 'other', 1],
    ['the start of a connection', tcp('upOut', 0, { sequence: 1, payloadBytes: 0, flags: 2, port: 8000 }), 'other', 1],
  ])('takes %s for what it is', (_, packet, kind, weight) => {
    expect(weigh(packet, PORTS, SAMPLING)).toEqual({ kind, weight });
  });
});

describe('totalsAt', () => {
  const counters = [
    { atMs: 100, wireBytes: 1000, packets: 1 },
    { atMs: 110, wireBytes: 3000, packets: 3 },
    { atMs: 130, wireBytes: 3000, packets: 3 },
  ];

  it('draws straight lines between the readings', () => {
    expect(totalsAt(counters, 100)).toEqual({ wireBytes: 1000, packets: 1 });
    expect(totalsAt(counters, 105)).toEqual({ wireBytes: 2000, packets: 2 });
    expect(totalsAt(counters, 110)).toEqual({ wireBytes: 3000, packets: 3 });
    expect(totalsAt(counters, 130).wireBytes).toBe(3000);
  });

  it('knows nothing outside of them', () => {
    for (const atMs of [99.9, 130.1, Number.NaN]) expect(() => totalsAt(counters, atMs)).toThrow(LabError);
    expect(() => totalsAt([], 100)).toThrow(LabError);
  });

  it('adds up: the parts of a window are the window', () => {
    const random = randomSource(3);
    let wireBytes = 0;
    const readings = Array.from({ length: 500 }, (_, index) => {
      wireBytes += Math.floor(random() * 50_000);
      return { atMs: index * 10 + random() * 5, wireBytes, packets: 0 };
    });
    for (let round = 0; round < 500; round += 1) {
      const [from, middle, to] = [10 + random() * 4900, 10 + random() * 4900, 10 + random() * 4900].sort(
        (a, b) => a - b,
      ) as [number, number, number];
      const sum = (a: number, b: number) => sumWindow(readings, [], a, b).wireBytes;
      expect(sum(from, middle) + sum(middle, to)).toBeCloseTo(sum(from, to), 4);
    }
  });
});

describe('sumWindow', () => {
  it('takes from the counted bytes all that is not load, and of the load the share of payload', () => {
    const departures = [
      udp('downOut', 150, [23], 77),
      udp('downOut', 250, [23], 77), // after the window
      tcp('downOut', 160, { sequence: 1, payloadBytes: 0, flags: 16, port: 8000 }),
      tcp('downOut', 170, { sequence: 1, payloadBytes: 1448, port: 8000 }),
      tcp('downOut', 180, { sequence: 1, payloadBytes: 120, port: 8000 }),
    ].map((packet) => ({ packet, weighed: weigh(packet, PORTS, SAMPLING) }));
    const counters = [
      { atMs: 100, wireBytes: 0, packets: 0 },
      { atMs: 200, wireBytes: 31_000, packets: 30 },
    ];
    const sums = sumWindow(counters, departures, 100, 200);
    expect(sums).toMatchObject({ wireBytes: 31_000, packets: 30, probeBytes: 119, ackBytes: 66 * 4, otherBytes: 186 });
    expect(sums.loadWireBytes).toBe(31_000 - 119 - 264 - 186);
    expect(sums.loadPayloadBytes).toBeCloseTo((sums.loadWireBytes * 1448) / 1514, 6);
  });
});

describe('sampling', () => {
  it('records all of a slow link and a few hundred packets a second of a fast one', () => {
    const at = (down: number, up: number) => samplingFor({ down: { rateMbps: down }, up: { rateMbps: up } });
    expect(at(1, 5)).toEqual({ download: 1, upload: 1 });
    expect(at(500, 20)).toEqual({ download: 128, upload: 4 });
    expect(at(1000, 0.5)).toEqual({ download: 256, upload: 1 });
  });

  it('is written into the filter for each direction', () => {
    const filter = captureFilter({ probePorts: [8005], loadPorts: [8000, 8001] }, { download: 128, upload: 4 });
    expect(filter).toContain('(src port 8000 or src port 8001) and ip[4:2] & 127 = 0');
    expect(filter).toContain('(dst port 8000 or dst port 8001) and ip[4:2] & 3 = 0');
  });
});
