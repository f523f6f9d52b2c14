import { legOf, serverPortOf } from './crossings.ts';
import { LabError } from './errors.ts';
import { type CapturePorts, ECHO_PORT, type Sampling, SMALL_PACKET_BYTES } from './filter.ts';
import type { Packet } from './pcap.ts';
import type { CounterSample } from './samples.ts';

/** What left the router on one leg within a window, Ethernet headers included. */
export interface WireBytes {
  readonly wireBytes: number;
  readonly packets: number;
  /** On the probe ports, handshakes and acknowledgements included. */
  readonly probeBytes: number;
  /** Bare TCP acknowledgements on the load ports. */
  readonly ackBytes: number;
  /** Telemetry, the start and end of connections, and the lab's own echo stream. */
  readonly otherBytes: number;
  /** All the rest: bulk data. */
  readonly loadWireBytes: number;
  /** Of those, what is neither Ethernet nor IP nor TCP header. */
  readonly loadPayloadBytes: number;
}

type Kind = 'probe' | 'ack' | 'other' | 'load';

interface Weighed {
  readonly kind: Kind;
  /** How many packets this one stands for. */
  readonly weight: number;
}

const START_OR_END = 0b111; // FIN, SYN, RST

/** What a recorded packet is, and how many like it were not recorded. */
export function weigh(packet: Packet, ports: CapturePorts, sampling: Sampling): Weighed {
  const { direction } = legOf(packet);
  const serverPort = serverPortOf(packet);
  if (ports.probePorts.includes(serverPort)) return { kind: 'probe', weight: 1 };
  if (packet.tcp === undefined || serverPort === ECHO_PORT) return { kind: 'other', weight: 1 };
  if ((packet.tcp.flags & START_OR_END) !== 0) return { kind: 'other', weight: 1 };
  if (packet.payloadBytes === 0) {
    return { kind: 'ack', weight: sampling[direction === 'upload' ? 'download' : 'upload'] };
  }
  const isSmall = packet.frameBytes - 14 < SMALL_PACKET_BYTES;
  return isSmall ? { kind: 'other', weight: 1 } : { kind: 'load', weight: sampling[direction] };
}

/** Sums up a leg from `fromMs` to `toMs`, out of its counters and the packets recorded after its queue. */
export function sumWindow(
  counters: readonly CounterSample[],
  departures: readonly { readonly packet: Packet; readonly weighed: Weighed }[],
  fromMs: number,
  toMs: number,
): WireBytes {
  const start = totalsAt(counters, fromMs);
  const end = totalsAt(counters, toMs);
  const bytes: Record<Kind, number> = { probe: 0, ack: 0, other: 0, load: 0 };
  let loadPayloadBytes = 0;
  for (const { packet, weighed } of departures) {
    if (packet.atMs < fromMs || packet.atMs >= toMs) continue;
    bytes[weighed.kind] += packet.frameBytes * weighed.weight;
    if (weighed.kind === 'load') loadPayloadBytes += packet.payloadBytes * weighed.weight;
  }
  const wireBytes = end.wireBytes - start.wireBytes;
  const loadWireBytes = Math.max(0, wireBytes - bytes.probe - bytes.ack - bytes.other);
  return {
    wireBytes,
    packets: end.packets - start.packets,
    probeBytes: bytes.probe,
    ackBytes: bytes.ack,
    otherBytes: bytes.other,
    loadWireBytes,
    // The sample tells the share of payload; how much there was is counted, not sampled.
    loadPayloadBytes: bytes.load === 0 ? 0 : (loadWireBytes * loadPayloadBytes) / bytes.load,
  };
}

/** Totals at any moment, by straight lines between the readings. */
export function totalsAt(counters: readonly CounterSample[], atMs: number): Omit<CounterSample, 'atMs'> {
  const next = counters.findIndex((sample) => sample.atMs >= atMs);
  const after = counters[next];
  const before = counters[Math.max(0, next - 1)];
  if (after === undefined || before === undefined || atMs < before.atMs) {
    throw new LabError('outside-recording', `${atMs} ms is not within the recording`);
  }
  const share = after === before ? 0 : (atMs - before.atMs) / (after.atMs - before.atMs);
  const between = (a: number, b: number) => a + (b - a) * share;
  return {
    wireBytes: between(before.wireBytes, after.wireBytes),
    packets: between(before.packets, after.packets),
  };
}
