import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { LIMITS } from '@rowhouse/bufferbloat-protocol';
import { WebSocketServer, type ServerOptions, type WebSocket } from 'ws';

/** A client that pings and does not read the answers may not make us hold more than this. */
const MOST_UNREAD_BYTES = 64 * 1024;

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
      webSocket.on('ping', (data: Buffer) => {
        if (webSocket.bufferedAmount > MOST_UNREAD_BYTES) webSocket.terminate();
        else webSocket.pong(data);
      });
      onOpen(webSocket);
    });
  };
}
