import { readConnections, type WireConnection } from './conversations.ts';
import { type CaptureSite, startTcpdump } from './tcpdump.ts';

export interface ConnectionRecording {
  /**
   * Ends the recording and puts the connections together; takes about 1.5 s.
   *
   * Throws a `LabError` (`capture-failed`) when the kernel had to drop packets from the recording.
   */
  stop(): Promise<WireConnection[]>;
}

const WHOLE_PACKET_BYTES = 2048;

/** Starts to record whole packets of these server ports where they leave the router. */
export async function recordConnections(site: CaptureSite, ports: readonly number[]): Promise<ConnectionRecording> {
  const tcpdump = await startTcpdump(site, {
    file: 'connections.pcap',
    filter: `tcp and (${ports.map((port) => `port ${port}`).join(' or ')})`,
    recordedBytes: WHOLE_PACKET_BYTES,
    outgoingOnly: true,
  });
  // The relay of a link with a base round trip is between the router and the server: the way down has passed it already.
  const furtherMs = { download: 0, upload: (site.spec.baseRttMs ?? 0) / 2 };
  return { stop: async () => readConnections(await tcpdump.stop(), furtherMs) };
}
