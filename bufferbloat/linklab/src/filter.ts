import { FULL_PACKET_BYTES, type LinkSpec } from './link.ts';
import type { Direction } from './samples.ts';

/** Port of the lab's own echo stream, the one that the echo service has always had. */
export const ECHO_PORT = 7;

/** IP packets of load connections below this length are telemetry or acknowledgements, not bulk data. */
export const SMALL_PACKET_BYTES = 400;

const SAMPLES_PER_SECOND = 500;
const NONE = 'ip[0] = 0'; // no packet is of version 0

export interface CapturePorts {
  /** Server ports of latency probes, over TCP and UDP. Everything on them is recorded. */
  readonly probePorts: readonly number[];
  /** Server ports of load over TCP. Bulk data and bare acknowledgements on them are sampled. */
  readonly loadPorts: readonly number[];
  /**
   * Server ports that take both: the session of a household's user with its load, and the latency probes beside it, over
   * UDP or a WebSocket of their own. Load is sampled. Default: none.
   */
  readonly userPorts?: readonly number[];
}

/** Of how many load packets one is recorded, for the data of each direction and for what acknowledges that data. */
export type Sampling = Readonly<Record<Direction, number>>;

/** A power of two per direction, so that about 250 to 500 data packets a second are recorded on a busy link. */
export function samplingFor(spec: LinkSpec): Sampling {
  const oneIn = (rateMbps: number) => {
    const packetsPerSecond = (rateMbps * 1e6) / 8 / FULL_PACKET_BYTES;
    return 2 ** Math.max(0, Math.ceil(Math.log2(packetsPerSecond / SAMPLES_PER_SECOND)));
  };
  return { download: oneIn(spec.down.rateMbps), upload: oneIn(spec.up.rateMbps) };
}

/**
 * The filter in the language of tcpdump.
 *
 * The IP identification decides who is sampled: a TCP connection counts it up by one a packet, and the router leaves it
 * as it is, so the same packets are chosen at both interfaces and each connection is sampled evenly.
 */
export function captureFilter(ports: CapturePorts, sampling: Sampling): string {
  const any = (kind: string, list: readonly number[]) =>
    list.length === 0 ? NONE : list.map((port) => `${kind} ${port}`).join(' or ');
  const payload = '(ip[2:2] - ((ip[0] & 0xf) << 2) - ((tcp[12] & 0xf0) >> 2))';
  const chosen = (oneIn: number) => `ip[4:2] & ${oneIn - 1} = 0`;
  const sampled = [...ports.loadPorts, ...(ports.userPorts ?? [])];
  const fromServer = any('src port', sampled);
  const toServer = any('dst port', sampled);
  const data = `(((${fromServer}) and ${chosen(sampling.download)}) or ((${toServer}) and ${chosen(sampling.upload)}))`;
  const acks = `(((${toServer}) and ${chosen(sampling.download)}) or ((${fromServer}) and ${chosen(sampling.upload)}))`;
  const load = [
    'tcp[13] & 7 != 0', // the start and the end of a connection
    // "GET ", which tells what a connection is for. A look beyond a packet's end would refuse the packet.
    `(${payload} >= 4 and tcp[(tcp[12] & 0xf0) >> 2:4] = 0x47455420)`,
    `(${payload} > 0 and (ip[2:2] < ${SMALL_PACKET_BYTES} or ${data}))`,
    `(${payload} = 0 and ${acks})`,
  ].join(' or ');
  return `ip and (udp or (tcp and (${any('port', ports.probePorts)})) or (tcp and (${any('port', sampled)}) and (${load})))`;
}
