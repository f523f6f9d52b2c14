import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { LIMITS } from '@rowhouse/bufferbloat-protocol';
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

/** No compression (load is incompressible, ticks are short), short messages, no waiting for a peer that is gone. */
export function createUpgrade(): Upgrade {
  const options: ServerOptions & { readonly closeTimeout: number } = {
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    autoPong: false,
    handleProtocols: () => false, // by default the first that the client names would be repeated
    maxPayload: LIMITS.textMessageBytes,
    closeTimeout: 2_000,
  };
  const server = new WebSocketServer(options);
  return (request, socket, head, onOpen) => {
    server.handleUpgrade(request, socket, head, (webSocket) => {
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
      onOpen(webSocket);
    });
  };
}
