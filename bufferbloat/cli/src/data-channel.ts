import { PROBE_CHANNEL, type SignalFromClient } from '@rowhouse/bufferbloat-protocol';
import * as rtc from 'node-datachannel';

/** An unordered, unreliable channel to the ping server, on UDP. */
export interface ProbeChannel {
  /** The server's answer to the offer. */
  answer(sdp: string): void;
  send(bytes: Uint8Array): void;
  close(): void;
}

export interface ProbeChannelEvents {
  readonly offer: (offer: SignalFromClient) => void;
  readonly open: () => void;
  readonly message: (bytes: Uint8Array) => void;
  /** It is gone, or never came. */
  readonly closed: () => void;
}

/** Begins to open a channel; needs no server but the one that answers the offer. */
export function openProbeChannel(events: ProbeChannelEvents): ProbeChannel {
  const peer = new rtc.PeerConnection('probe', { iceServers: [] });
  let over = false;
  const end = (): void => {
    if (over) return;
    over = true;
    channel.close();
    peer.close();
    events.closed();
  };
  peer.onStateChange((state) => {
    if (state === 'failed' || state === 'disconnected' || state === 'closed') end();
  });
  // The server learns our address from the first packet: the offer need not wait for candidates.
  peer.onLocalDescription((sdp, type) => {
    if (type === 'offer') events.offer({ type: 'offer', sdp });
  });
  const channel = peer.createDataChannel(PROBE_CHANNEL, { unordered: true, maxRetransmits: 0 });
  channel.onOpen(() => events.open());
  channel.onClosed(end);
  channel.onMessage((message) => {
    if (typeof message === 'string' || over) return;
    events.message(message instanceof ArrayBuffer ? new Uint8Array(message) : message);
  });
  /** The library throws at whoever uses what the other side has just closed. */
  const unlessGone = (use: () => void): void => {
    if (over) return;
    try {
      use();
    } catch {
      end();
    }
  };
  return {
    answer: (sdp) => unlessGone(() => peer.setRemoteDescription(sdp, 'answer')),
    send: (bytes) =>
      unlessGone(() => {
        if (channel.isOpen()) channel.sendMessageBinary(bytes);
      }),
    close: end,
  };
}

/** Ends the library's threads; nothing may be opened after it. */
export function endDataChannels(): void {
  rtc.cleanup();
}
