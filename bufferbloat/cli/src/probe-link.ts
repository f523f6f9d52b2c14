import { PROBE_BYTES, signalFromServerSchema } from '@rowhouse/bufferbloat-protocol';
import { WebSocket } from 'ws';
import { openProbeChannel, type ProbeChannel } from './data-channel.ts';
import { parseJson } from './http.ts';
import type { Prober } from './prober.ts';

/** How long UDP may take to come up before the test begins without it. */
const UDP_OPEN_MS = 3000;
const SOCKET_OPEN_MS = 10_000;
const MOST_MESSAGE_BYTES = 16 * 1024;

export interface ProbeLink {
  close(): void;
}

export interface ProbeLinkEvents {
  /** The WebSocket is open, and UDP is or cannot be had (`reason`). */
  readonly ready: (udp: { readonly available: boolean; readonly reason?: string }) => void;
  /** UDP ended although it had worked. */
  readonly udpLost: () => void;
  /** The WebSocket, and all with it, is gone or never came. */
  readonly closed: (reason: string) => void;
}

/** Opens one WebSocket for probes and signalling and, if wanted, one data channel through it. */
export function openProbeLink(
  url: string,
  probers: { readonly udp: Prober | undefined; readonly websocket: Prober },
  events: ProbeLinkEvents,
): ProbeLink {
  const socket = new WebSocket(url, {
    perMessageDeflate: false,
    handshakeTimeout: SOCKET_OPEN_MS,
    maxPayload: MOST_MESSAGE_BYTES,
  });
  let channel: ProbeChannel | undefined;
  let decided = false;
  let reason = 'the connection was lost';
  let timer: NodeJS.Timeout | undefined;

  const decide = (unavailable?: string): void => {
    if (decided) return;
    decided = true;
    clearTimeout(timer);
    events.ready(unavailable === undefined ? { available: true } : { available: false, reason: unavailable });
    if (unavailable !== undefined) channel?.close();
  };
  const openUdp = (prober: Prober): void => {
    timer = setTimeout(() => decide('no UDP connection came about; a firewall may block it'), UDP_OPEN_MS);
    const opened = openProbeChannel({
      offer: (offer) => socket.send(JSON.stringify(offer)),
      open: () => {
        if (decided) return;
        prober.connected((bytes) => opened.send(bytes));
        decide();
      },
      message: (bytes) => prober.received(bytes),
      closed: () => {
        prober.disconnected('the UDP connection was lost');
        if (decided) events.udpLost();
        else decide('the UDP connection failed');
      },
    });
    channel = opened;
  };

  socket.on('open', () => {
    probers.websocket.connected((bytes) => socket.send(bytes));
    if (probers.udp === undefined) decide('not wanted, or not offered by the server');
    else openUdp(probers.udp);
  });
  socket.on('message', (data: Buffer, isBinary: boolean) => {
    if (isBinary) {
      if (data.byteLength === PROBE_BYTES) probers.websocket.received(data);
      return;
    }
    const { data: message } = signalFromServerSchema.safeParse(parseJson(data.toString('utf8')));
    if (message?.type === 'answer') channel?.answer(message.sdp);
    else decide(message?.reason ?? 'the server said something that is no signalling');
  });
  socket.on('error', (error) => {
    reason = error.message;
  });
  socket.on('close', () => {
    clearTimeout(timer);
    decided = true;
    probers.websocket.disconnected('the connection was lost');
    channel?.close();
    events.closed(reason);
  });
  return {
    close: () => {
      channel?.close();
      socket.terminate();
    },
  };
}
