import { once } from 'node:events';
import { Agent, get } from 'node:http';
import { PING_PATHS, PROBE_CHANNEL, signalFromServerSchema } from '@rowhouse/bufferbloat-protocol';
import { PeerConnection } from 'node-datachannel';
import { WebSocket } from 'ws';

/** Something that answers probes. */
export interface Echo {
  send(sequence: number, frame: Uint8Array): void;
  /** Calls back with the sequence number of each answer. */
  onAnswer(listener: (sequence: number) => void): void;
  close(): void;
}

/** Where an echo is and as whom to ask it. */
export interface EchoTarget {
  readonly port: number;
  readonly token: string;
  /** Loopback address to come from. */
  readonly from: string;
}

const sequenceOf = (frame: Uint8Array) => Buffer.from(frame.buffer, frame.byteOffset).readUInt32BE(0);

async function openSocket({ port, token, from }: EchoTarget): Promise<WebSocket> {
  const url = `ws://127.0.0.1:${port}${PING_PATHS.probe}?token=${encodeURIComponent(token)}`;
  const socket = new WebSocket(url, { perMessageDeflate: false, localAddress: from });
  await once(socket, 'open');
  socket.on('error', () => {}); // 'close' follows, and what is unanswered is counted
  return socket;
}

/** Probes over the ping process' WebSocket. */
export async function websocketEcho(target: EchoTarget): Promise<Echo> {
  const socket = await openSocket(target);
  return {
    send: (_sequence, frame) => socket.send(frame),
    onAnswer: (listener) =>
      socket.on('message', (data: Buffer, binary) => {
        if (binary) listener(sequenceOf(data));
      }),
    close: () => socket.terminate(),
  };
}

/** Probes over an unordered data channel to the ping process, as the page opens it. */
export async function dataChannelEcho(target: EchoTarget): Promise<Echo> {
  const socket = await openSocket(target);
  const peer = new PeerConnection('bench', { iceServers: [], bindAddress: '127.0.0.1' });
  socket.on('message', (data: Buffer, binary) => {
    if (binary) return;
    const message = signalFromServerSchema.parse(JSON.parse(data.toString()));
    if (message.type === 'answer') peer.setRemoteDescription(message.sdp, 'answer');
    else socket.emit('error', new Error(message.reason));
  });
  peer.onGatheringStateChange((state) => {
    const sdp = peer.localDescription()?.sdp;
    if (state === 'complete' && sdp !== undefined) socket.send(JSON.stringify({ type: 'offer', sdp }));
  });
  const channel = peer.createDataChannel(PROBE_CHANNEL, { unordered: true, maxRetransmits: 0 });
  await new Promise<void>((resolve, reject) => {
    channel.onOpen(resolve);
    setTimeout(() => reject(new Error('the data channel did not open within 5 s')), 5000).unref();
  });
  return {
    send: (_sequence, frame) => channel.sendMessageBinary(frame),
    onAnswer: (listener) =>
      channel.onMessage((data) => {
        if (typeof data !== 'string') listener(sequenceOf(data instanceof Buffer ? data : new Uint8Array(data)));
      }),
    close: () => {
      channel.close();
      peer.close();
      socket.terminate();
    },
  };
}

/** Probes as `GET` requests over one kept-alive connection. */
export function httpEcho({ port, token, from }: EchoTarget, path: string): Echo {
  const agent = new Agent({ keepAlive: true, maxSockets: 1, localAddress: from });
  let answered = (_sequence: number) => {};
  return {
    send(sequence) {
      const query = `token=${encodeURIComponent(token)}`;
      get({ host: '127.0.0.1', port, path: `${path}?${query}`, agent }, (response) => {
        if (response.statusCode !== 200 && response.statusCode !== 204) return; // refused: stays unanswered
        response.resume().on('end', () => answered(sequence));
      }).on('error', () => {});
    },
    onAnswer: (listener) => (answered = listener),
    close: () => agent.destroy(),
  };
}
