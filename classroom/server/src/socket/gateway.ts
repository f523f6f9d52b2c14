import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type ServerMessage, STREAM } from '@rowhouse/classroom-protocol';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Authenticate } from '../sessions/api.ts';
import { CLOSE, type Connection, type ConnectionOptions, serveConnection } from './connection.ts';
import { keepAlive } from './heartbeat.ts';
import { refuseUpgrade } from './refuse-upgrade.ts';

export const SOCKET_PATH = '/ws';

/** Tabs of one person at once; the oldest makes room. */
const MOST_PER_ACCOUNT = 16;

export interface GatewayOptions extends ConnectionOptions {
  readonly authenticate: Authenticate;
}

/** The WebSockets of all pages. Processes do not belong to them: they come and go, the processes stay. */
export interface Gateway {
  /** For the server's `upgrade` event. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** Who is connected, by account id, with the session of one of their pages. */
  connected(): ReadonlyMap<string, string>;
  readonly connections: number;
  /** To every page of the account, whatever it looks at. */
  tell(account: string, message: ServerMessage): void;
  /** Says goodbye to all. */
  close(): void;
}

export function createGateway(options: GatewayOptions): Gateway {
  const { authenticate, sessions, clock, log } = options;
  const server = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: STREAM.clientMessageBytes,
    handleProtocols: () => false,
  });
  const connections = new Set<Connection>();
  let closed = false;

  const accept = (socket: WebSocket, connection: Connection) => {
    connections.add(connection);
    makeRoom(connections, connection.signedIn.account.id);
    const stopPinging = keepAlive(socket, (ms, then) => clock.after(ms, then));
    socket.once('close', () => {
      stopPinging();
      connections.delete(connection);
    });
  };

  const forget = sessions.onEnded((id) => {
    for (const { line, signedIn } of connections)
      if (signedIn.session.id === id) line.close(CLOSE.signedOut, 'signed out');
  });

  return {
    upgrade(request, socket, head) {
      socket.on('error', () => socket.destroy());
      if (closed) return refuseUpgrade(socket, undefined);
      if (pathOf(request) !== SOCKET_PATH) return refuseUpgrade(socket, 'not-found');
      authenticate(request).then(
        (signedIn) =>
          server.handleUpgrade(request, socket, head, (webSocket) =>
            accept(webSocket, serveConnection(webSocket, signedIn, options)),
          ),
        (error: unknown) => {
          if (!refuseUpgrade(socket, error)) log.error({ err: error }, 'an upgrade could not be checked');
        },
      );
      return undefined;
    },
    connected: () => new Map([...connections].map(({ signedIn }) => [signedIn.account.id, signedIn.session.id])),
    get connections() {
      return connections.size;
    },
    tell(account, message) {
      for (const { line, signedIn } of connections) if (signedIn.account.id === account) line.say(message);
    },
    close() {
      closed = true;
      forget();
      for (const { line } of connections) line.close(CLOSE.goingAway, 'the server stops');
    },
  };
}

function makeRoom(connections: ReadonlySet<Connection>, account: string): void {
  const own = [...connections].filter(({ signedIn }) => signedIn.account.id === account);
  for (const { line } of own.slice(0, -MOST_PER_ACCOUNT)) line.close(CLOSE.flood, 'too many pages at once');
}

const pathOf = (request: IncomingMessage): string => (request.url ?? '').split('?')[0] ?? '';
