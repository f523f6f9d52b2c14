import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { WebSocketServer, type ServerOptions, type WebSocket } from 'ws';

/** A client that pings while it has this much to read gets no answer, so that we hold no more for it. */
const MOST_UNREAD_BYTES = 64 * 1024;
/** Whoever pings more often than this is not looking whether we are there. */
const MOST_PINGS_PER_S = 100;

/** Completes an upgrade that was let in. */
export type Upgrade = (
  request: IncomingMessage,
  socket: Socket,
  head: Buffer,
  onOpen: (webSocket: WebSocket) => void,
) => void;

/**
 * No compression (load is incompressible, ticks are short), no waiting for a peer that is gone; pings are for whoever
 * serves the socket to answer.
 *
 * @param mostBytes the longest message
 */
export function createUpgrade(mostBytes: number): Upgrade {
  const options: ServerOptions & { readonly closeTimeout: number } = {
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    autoPong: false,
    handleProtocols: () => false, // by default the first that the client names would be repeated
    maxPayload: mostBytes,
    closeTimeout: 2_000,
  };
  const server = new WebSocketServer(options);
  return (request, socket, head, onOpen) => server.handleUpgrade(request, socket, head, onOpen);
}

/** Answers a client's pings, as long as it reads the answers and does not ask without end. */
export function answerPings(webSocket: WebSocket): void {
  let pings = 0;
  let secondFromMs = performance.now();
  webSocket.on('ping', (data: Buffer) => {
    const nowMs = performance.now();
    if (nowMs - secondFromMs >= 1000) {
      secondFromMs = nowMs;
      pings = 0;
    }
    pings += 1;
    if (pings > MOST_PINGS_PER_S) webSocket.terminate();
    else if (webSocket.bufferedAmount <= MOST_UNREAD_BYTES) webSocket.pong(data);
  });
}
