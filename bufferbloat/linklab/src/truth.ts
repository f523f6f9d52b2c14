import { joinCrossings, legOf } from './crossings.ts';
import { ECHO_PORT, type CapturePorts, type Sampling } from './filter.ts';
import { FULL_PACKET_BYTES, type LinkSpec } from './link.ts';
import type { Packet } from './pcap.ts';
import { findProbes, type ProbeTruth } from './probes.ts';
import type { BacklogSample, Direction, EchoSample, SamplerOutput } from './samples.ts';
import { sumWindow, weigh, type WireBytes } from './wire-bytes.ts';

/** What a recording tells. All times are Unix milliseconds with fractions, by one clock. */
export interface Truth {
  /** The recording holds everything from here … */
  readonly fromMs: number;
  /** … to here. */
  readonly toMs: number;
  /** Recorded packets longer than one on a real wire; other than 0 the link does not behave like one. */
  readonly oversizePackets: number;
  /** Every request on the probe and user ports, in the order they reached the router. */
  probes(): readonly ProbeTruth[];
  /** A sample of the bulk data that left the router: when each packet reached it, and its time inside. */
  loadSojourns(direction: Direction): readonly { readonly atMs: number; readonly sojournMs: number }[];
  /** What left the router on a leg in a window; throws a `LabError` (`outside-recording`) beyond the recording. */
  bytes(direction: Direction, fromMs: number, toMs: number): WireBytes;
  /** The lab's own echo stream, as its client saw it: a check on how the probes under test sample the queue. */
  udpEcho(): readonly EchoSample[];
  /** The same stream as the router saw it. */
  udpEchoTruth(): readonly ProbeTruth[];
  /** The queue as `tc` saw it ten times a second; a second view, wrong below 10 Mbit/s. */
  backlog(direction: Direction): readonly (BacklogSample & { readonly queueMs: number })[];
}

export interface Recording {
  readonly spec: LinkSpec;
  readonly ports: CapturePorts;
  readonly sampling: Sampling;
  readonly probePayloadBytes: number;
  readonly packets: readonly Packet[];
  readonly samples: SamplerOutput;
  readonly echoes: readonly EchoSample[];
}

export function truthOf(recording: Recording): Truth {
  const { spec, ports, sampling, packets, samples } = recording;
  const crossings = joinCrossings(packets, spec.fairPorts);
  const baseRttMs = spec.baseRttMs ?? 0;
  const probes = findProbes(crossings, {
    ports: ports.probePorts,
    sharedPorts: ports.userPorts ?? [],
    payloadBytes: recording.probePayloadBytes,
    baseRttMs,
  });
  const echoTruth = findProbes(crossings, { ports: [ECHO_PORT], payloadBytes: 0, baseRttMs });
  const departures: Record<Direction, { packet: Packet; weighed: ReturnType<typeof weigh> }[]> = {
    download: [],
    upload: [],
  };
  for (const packet of packets) {
    const { direction, afterQueue } = legOf(packet);
    if (afterQueue) departures[direction].push({ packet, weighed: weigh(packet, ports, sampling) });
  }
  const sojourns = (wanted: Direction) =>
    crossings.flatMap(({ direction, packet, inMs, outMs }) =>
      direction === wanted && outMs !== null && weigh(packet, ports, sampling).kind === 'load'
        ? [{ atMs: inMs, sojournMs: outMs - inMs }]
        : [],
    );
  const load = { download: sojourns('download'), upload: sojourns('upload') };
  const rateMbps = { download: spec.down.rateMbps, upload: spec.up.rateMbps };
  return {
    fromMs: samples.counters.download[0]?.atMs ?? 0,
    toMs: samples.counters.download.at(-1)?.atMs ?? 0,
    oversizePackets: packets.filter((packet) => packet.frameBytes > FULL_PACKET_BYTES).length,
    probes: () => probes,
    loadSojourns: (direction) => load[direction],
    bytes: (direction, fromMs, toMs) => sumWindow(samples.counters[direction], departures[direction], fromMs, toMs),
    udpEcho: () => recording.echoes,
    udpEchoTruth: () => echoTruth,
    backlog: (direction) =>
      samples.backlogs[direction].map((sample) => ({
        ...sample,
        queueMs: (sample.backlogBytes * 8) / (rateMbps[direction] * 1000),
      })),
  };
}
