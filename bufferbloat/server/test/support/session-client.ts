import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { sessionMessageSchema, type SessionMessage, type SessionRequest } from '@rowhouse/bufferbloat-protocol';
import { WebSocket, type ClientOptions } from 'ws';

export type MessageOf<T extends SessionMessage['type']> = Extract<SessionMessage, { type: T }>;

/** A household session as a plain client has it. */
export interface SessionClient extends AsyncDisposable {
  readonly webSocket: WebSocket;
  readonly hello: MessageOf<'hello'>;
  /** Bytes of binary messages so far. */
  readonly receivedBytes: () => number;
  say(message: SessionRequest | object): void;
  /** The next message of that kind from now on; rejects when the session is closed before. */
  next<T extends SessionMessage['type']>(type: T): Promise<MessageOf<T>>;
  /** Resolves with the close code. */
  readonly closed: Promise<number>;
}

/** The server's refusal of an upgrade. */
export class RefusedUpgrade extends Error {
  readonly status: number;
  readonly retryAfter: string | undefined;
  readonly body: string;

  constructor(response: IncomingMessage, body: string) {
    super(`refused with ${response.statusCode}: ${body}`);
    this.status = response.statusCode ?? 0;
    this.retryAfter = response.headers['retry-after'];
    this.body = body;
  }
}

/** Connects and waits for the server's hello. @throws RefusedUpgrade */
export async function openSession(url: string, options: ClientOptions = {}): Promise<SessionClient> {
  const webSocket = new WebSocket(url, { perMessageDeflate: false, ...options });
  const waiting = new Set<(message: SessionMessage | undefined) => void>();
  let receivedBytes = 0;
  const next = <T extends SessionMessage['type']>(type: T) =>
    new Promise<MessageOf<T>>((resolve, reject) => {
      const listen = (message: SessionMessage | undefined) => {
        if (message && message.type !== type) return;
        waiting.delete(listen);
        if (message) resolve(message as MessageOf<T>);
        else reject(new Error(`closed before "${type}"`));
      };
      waiting.add(listen);
    });
  webSocket.on('message', (data: Buffer, isBinary) => {
    if (isBinary) {
      receivedBytes += data.byteLength;
      return;
    }
    const message = sessionMessageSchema.parse(JSON.parse(data.toString('utf8')));
    for (const listen of waiting) listen(message);
  });
  const closed = new Promise<number>((resolve) => {
    webSocket.on('close', (code) => {
      for (const listen of waiting) listen(undefined);
      resolve(code);
    });
  });
  webSocket.on('error', () => {}); // 'close' follows
  const refused = new Promise<never>((_resolve, reject) => {
    webSocket.on('unexpected-response', (sent, response) => {
      let body = '';
      response.on('data', (chunk: Buffer) => (body += chunk.toString()));
      response.on('end', () => {
        sent.destroy();
        reject(new RefusedUpgrade(response, body));
      });
    });
  });
  refused.catch(() => {});
  const hello = await Promise.race([next('hello'), refused]);
  return {
    webSocket,
    hello,
    receivedBytes: () => receivedBytes,
    say: (message) => webSocket.send(JSON.stringify(message)),
    next,
    closed,
    async [Symbol.asyncDispose]() {
      if (webSocket.readyState === webSocket.CLOSED) return;
      webSocket.close();
      await closed;
    },
  };
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: unknown;
}

/** A GET with any headers, a Host of one's own included. */
export async function get(
  url: string,
  headers: Readonly<Record<string, string>> = {},
  method = 'GET',
): Promise<Answer> {
  const asked = request(url, { method, headers, agent: false });
  asked.end();
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  let text = '';
  for await (const chunk of response) text += String(chunk);
  const isJson = response.headers['content-type']?.startsWith('application/json');
  return { status: response.statusCode ?? 0, headers: response.headers, body: isJson ? JSON.parse(text) : text };
}
