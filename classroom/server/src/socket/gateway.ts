import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type ServerMessage, STREAM } from '@rowhouse/classroom-protocol';
import { type WebSocket, WebSocketServer } from 'ws';
import { ClassroomError } from '../http/errors.ts';
import type { Refusals } from '../http/refusals.ts';
import type { Authenticate, SignedIn } from '../sessions/api.ts';
import { CLOSE, type Connection, type ConnectionOptions, serveConnection } from './connection.ts';
import { keepAlive } from './heartbeat.ts';
import { refuseUpgrade } from './refuse-upgrade.ts';

export const SOCKET_PATH = '/ws';

/** Pages that one browser, and one person with all their browsers, may have open at once; the oldest makes room. */
const MOST_PER_SESSION = 16;
const MOST_PER_ACCOUNT = 32;
/** So many more may be on their way out: whoever opens them faster than they close is told to wait. */
const CLOSING = 16;
const RETRY_S = 5;

export interface GatewayOptions extends ConnectionOptions {
  readonly authenticate: Authenticate;
  /** Notes who was told to try again later. */
  readonly refusals: Pick<Refusals, 'note'>;
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
  const { authenticate, sessions, refusals, clock, log } = options;
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
        (signedIn) => {
          if (!makeRoom(connections, signedIn)) return void refuseUpgrade(socket, tooMany(), refusals);
          server.handleUpgrade(request, socket, head, (webSocket) =>
            accept(webSocket, serveConnection(webSocket, signedIn, options)),
          );
          return undefined;
        },
        (error: unknown) => {
          if (!refuseUpgrade(socket, error, refusals)) log.error({ err: error }, 'an upgrade could not be checked');
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

/** @returns whether there is room for one more */
function makeRoom(connections: ReadonlySet<Connection>, { account, session }: SignedIn): boolean {
  const ofAccount = [...connections].filter(({ signedIn }) => signedIn.account.id === account.id);
  const ofSession = ofAccount.filter(({ signedIn }) => signedIn.session.id === session.id);
  if (ofSession.length >= MOST_PER_SESSION + CLOSING || ofAccount.length >= MOST_PER_ACCOUNT + CLOSING) return false;
  const surplus = [
    ...ofSession.slice(0, Math.max(0, ofSession.length + 1 - MOST_PER_SESSION)),
    ...ofAccount.slice(0, Math.max(0, ofAccount.length + 1 - MOST_PER_ACCOUNT)),
  ];
  for (const { line } of surplus) line.close(CLOSE.flood, 'too many pages at once');
  return true;
}

const tooMany = (): ClassroomError => new ClassroomError('too-many-connections', { retryAfterS: RETRY_S });

const pathOf = (request: IncomingMessage): string => (request.url ?? '').split('?')[0] ?? '';
