import { PROBE_CHANNEL, signalFromServerSchema } from '@rowhouse/bufferbloat-protocol';
import { keepAlive } from '../../shared/keep-alive.ts';
import type { StreamRegistry } from '../../shared/registry.ts';

export interface UdpPeerOptions {
  /** The ping server's socket; this one carries nothing but the offer and the answer, and tells when the server dies. */
  readonly url: string;
  readonly registry: StreamRegistry;
  /** Takes the channel over before anybody has used it; only then can it still be moved to a worker. */
  readonly adopt: (channel: RTCDataChannel) => void;
  /** It cannot be had, or not any longer; never called twice, nor after `close`. */
  readonly onLost: (reason: string) => void;
}

/** One attempt at a data channel to the ping server. Returns what ends it. */
export function connectUdpPeer({ url, registry, adopt, onLost }: UdpPeerOptions): () => void {
  // No STUN servers: the only peer is the server the page came from, and it has an address of its own.
  const peer = new RTCPeerConnection({ iceServers: [] });
  const socket = new WebSocket(url);
  const letGo = keepAlive(socket);
  let over = false;
  const end = (): void => {
    over = true;
    letGo();
    socket.close();
    peer.close();
  };
  // The peer ends in this turn; the socket, which carries nothing any more, once the server has answered its close.
  const stream = registry.open({ kind: 'peer', label: 'UDP path', cancel: end });
  const lost = (reason: string): void => {
    if (over) return;
    end();
    onLost(reason);
  };
  const unless = (reason: string) => (): void => lost(reason);

  adopt(peer.createDataChannel(PROBE_CHANNEL, { ordered: false, maxRetransmits: 0 }));

  async function offer(): Promise<void> {
    await peer.setLocalDescription(await peer.createOffer());
    if (!over) socket.send(JSON.stringify({ type: 'offer', sdp: peer.localDescription?.sdp }));
  }
  socket.addEventListener('open', () => void offer().catch(unless('the browser could not make an offer')));
  socket.addEventListener('message', (event: MessageEvent<unknown>) => {
    stream.touch();
    if (over || typeof event.data !== 'string') return;
    const message = signalFromServerSchema.safeParse(parsed(event.data));
    if (!message.success) return;
    if (message.data.type === 'unavailable') return lost(message.data.reason);
    const answer = { type: 'answer', sdp: message.data.sdp } as const;
    peer.setRemoteDescription(answer).catch(unless('the browser did not take the answer'));
  });
  socket.addEventListener('close', () => {
    stream.release();
    lost('the connection to the ping server was lost');
  });
  peer.addEventListener('connectionstatechange', () => {
    if (peer.connectionState === 'failed') lost('UDP packets do not come through');
  });

  return end;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
