import { once } from 'node:events';
import { encodeProbe, PROBE_CHANNEL, type SignalFromServer } from '@rowhouse/bufferbloat-protocol';
import { type DataChannel, PeerConnection } from 'node-datachannel';
import { WebSocket, type ClientOptions } from 'ws';

/** Opens a WebSocket; rejects with the HTTP status when it is refused. */
export async function openSocket(url: string, options: ClientOptions = {}): Promise<WebSocket> {
  const socket = new WebSocket(url, options);
  await once(socket, 'open');
  return socket;
}

/** What a refused upgrade was answered with. */
export async function refusedUpgrade(url: string, options: ClientOptions = {}) {
  const socket = new WebSocket(url, options);
  const [, response] = (await once(socket, 'unexpected-response')) as [unknown, import('node:http').IncomingMessage];
  let text = '';
  for await (const chunk of response) text += String(chunk);
  const { error } = JSON.parse(text) as { error: { code: string; retryAfterS?: number } };
  return { status: response.statusCode, code: error.code, retryAfter: response.headers['retry-after'] };
}

export async function nextMessage(socket: WebSocket): Promise<Buffer> {
  const [data] = (await once(socket, 'message')) as [Buffer];
  return data;
}

/** Sends something and resolves with the code that the server closes with. */
export async function closeCodeAfter(socket: WebSocket, data: string | Buffer): Promise<number> {
  const closed = once(socket, 'close');
  socket.send(data);
  const [code] = (await closed) as [number];
  return code;
}

/** A client's side of the data channel. */
export class RtcClient {
  readonly #connection = new PeerConnection('client', { iceServers: [] });
  readonly #channel: DataChannel;
  readonly #gathered: Promise<void>;

  constructor(label = PROBE_CHANNEL) {
    this.#gathered = new Promise((resolve) => {
      this.#connection.onGatheringStateChange((state) => {
        if (state === 'complete') resolve();
      });
    });
    this.#channel = this.#connection.createDataChannel(label, { unordered: true, maxRetransmits: 0 });
  }

  async offer(): Promise<string> {
    await this.#gathered;
    return JSON.stringify({ type: 'offer', sdp: this.#connection.localDescription()?.sdp });
  }

  /** Sends the offer, takes the answer, and resolves when the channel is open. */
  async connect(socket: WebSocket): Promise<void> {
    socket.send(await this.offer());
    const signal = JSON.parse((await nextMessage(socket)).toString()) as SignalFromServer;
    if (signal.type !== 'answer') throw new Error(signal.reason);
    const opened = new Promise<void>((resolve) => {
      this.#channel.onOpen(() => resolve());
    });
    this.#connection.setRemoteDescription(signal.sdp, 'answer');
    await opened;
  }

  /** Sends a probe and resolves with the reply. */
  probe(sequence: number): Promise<Buffer> {
    const reply = new Promise<Buffer>((resolve) => {
      this.#channel.onMessage((message) => resolve(Buffer.from(message as ArrayBuffer)));
    });
    this.#channel.sendMessageBinary(encodeProbe({ sequence, timeMs: 0 }));
    return reply;
  }

  send(bytes: Uint8Array): void {
    this.#channel.sendMessageBinary(bytes);
  }

  close(): void {
    this.#channel.close();
    this.#connection.close();
  }
}
