import type { DataChannel, PeerConnection } from 'node-datachannel';
import { PROBE_CHANNEL } from '@rowhouse/bufferbloat-protocol';
import { unixNowMs } from '../clock.ts';
import { createMessageLimit, replyTo } from './replies.ts';
import { readOffer, withCandidates, writeOffer } from './sdp.ts';

/** UDP probes: answers offers of data channels, all on one UDP port. */
export interface Rtc {
  readonly channels: number;
  readonly answered: number;
  /**
   * Opens a peer for an offer.
   *
   * @param addresses where the client can reach this machine; empty: all of the machine's addresses
   * @param onEnd called once when the peer is gone for any reason other than `close()`
   * @returns `undefined` when the offer is not one of a single data channel
   * @throws Error when the library refuses
   */
  answer(sdp: string, addresses: readonly string[], onEnd: () => void): Promise<Peer | undefined>;
  close(): void;
}

export interface Peer {
  /** The answer, with all candidates. */
  readonly sdp: string;
  readonly close: () => void;
}

export interface RtcOptions {
  /** Shared by all peers. */
  readonly port: number;
  /** `undefined`: all addresses of both families. */
  readonly bindAddress: string | undefined;
}

/** From the answer to the open channel; over a line with seconds of queue it takes a few round trips. */
const CONNECT_MS = 15_000;
const LIFE_MS = 5 * 60_000;
/** Replies that wait in a channel whose client does not read; beyond it probes go unanswered, as on any full line. */
const BUFFERED_BYTES = 4096;

/** Takes the UDP port and from then on reads what arrives there. @throws Error when the port is taken */
export type OpenRtc = (options: RtcOptions) => Rtc;

/**
 * Loads the native library and starts its threads; nothing is read from the network yet.
 *
 * @throws Error where the library has no binary for this platform
 */
export async function loadRtc(): Promise<OpenRtc> {
  const library = await import('node-datachannel');
  library.initLogger('Error', () => {}); // its own lines would break the JSON log; what matters reaches us as events
  library.setSctpSettings({ recvBufferSize: 65_536, sendBufferSize: 65_536 });
  library.preload();
  return (options) => openRtc(library, options);
}

function openRtc(library: typeof import('node-datachannel'), { port, bindAddress }: RtcOptions): Rtc {
  // Held from start to end: the port does not come and go with tests.
  const listener = new library.IceUdpMuxListener(port, bindAddress);
  const peers = new Set<() => void>();
  let answered = 0;

  const serve = (channel: DataChannel, close: () => void) => {
    const limit = createMessageLimit();
    channel.onMessage((message) => {
      const nowMs = unixNowMs();
      const verdict = limit(nowMs);
      if (verdict === 'close') return close();
      if (verdict === 'ignore' || typeof message === 'string') return undefined;
      const reply = replyTo(message instanceof ArrayBuffer ? new Uint8Array(message) : message, nowMs);
      if (!reply) return close();
      if (channel.isOpen() && channel.bufferedAmount() <= BUFFERED_BYTES) {
        channel.sendMessageBinary(reply);
        answered += 1;
      }
      return undefined;
    });
    channel.onClosed(close);
    channel.onError(close);
  };

  return {
    get channels() {
      return peers.size;
    },
    get answered() {
      return answered;
    },
    async answer(sdp, addresses, onEnd) {
      const offer = readOffer(sdp);
      if (!offer) return undefined;
      const connection: PeerConnection = new library.PeerConnection('probe', {
        iceServers: [],
        enableIceUdpMux: true,
        portRangeBegin: port,
        portRangeEnd: port,
        ...(bindAddress === undefined ? {} : { bindAddress }),
      });
      let channel: DataChannel | undefined;
      let timer: NodeJS.Timeout;
      let abandon: (reason: Error) => void = () => {};
      const close = () => {
        if (!peers.delete(close)) return;
        clearTimeout(timer);
        abandon(new Error('the peer was closed before there was an answer'));
        quietly(() => channel?.close());
        quietly(() => connection.close());
      };
      const end = () => {
        if (!peers.has(close)) return;
        close();
        onEnd();
      };
      timer = setTimeout(end, CONNECT_MS);
      peers.add(close);
      connection.onStateChange((state) => {
        // Not 'disconnected': a line with seconds of queue may look like it, and comes back.
        if (state === 'failed' || state === 'closed') end();
      });
      connection.onDataChannel((opened) => {
        // One channel a test: a second is not what a client of ours would ask for.
        if (channel || opened.getLabel() !== PROBE_CHANNEL) return end();
        channel = opened;
        clearTimeout(timer);
        timer = setTimeout(end, LIFE_MS);
        return serve(opened, end);
      });
      try {
        const gathered = new Promise<void>((resolve, reject) => {
          abandon = reject;
          connection.onGatheringStateChange((state) => {
            if (state === 'complete') resolve();
          });
        });
        connection.setRemoteDescription(writeOffer(offer), 'offer');
        await gathered;
        const answer = connection.localDescription()?.sdp;
        if (answer === undefined) throw new Error('no answer was made');
        return { sdp: withCandidates(answer, addresses, port), close };
      } catch (error) {
        close();
        throw error;
      }
    },
    close() {
      for (const close of peers) close();
      quietly(() => listener.stop());
    },
  };
}

/** The library throws when something is closed already; then there is nothing left to do. */
function quietly(attempt: () => void): void {
  try {
    attempt();
  } catch {
    // closed already
  }
}
