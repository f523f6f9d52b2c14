import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { ClassroomError } from './errors.ts';
import { sayLast } from './last-words.ts';

/** Connections that may be open at once. */
export interface MostConnections {
  readonly total: number;
  /** Of one address, as long as nobody has signed in over them: behind one address there can be a whole school. */
  readonly strangersPerAddress: number;
  readonly perSession: number;
}

/** 200 rooms behind one address: a browser opens six each; a session has them and its WebSockets. */
export const MOST_CONNECTIONS: MostConnections = { total: 4_000, strangersPerAddress: 1_500, perSession: 64 };

const RETRY_S = 5;

interface Connection {
  readonly socket: Socket;
  readonly address: string;
  session: string | undefined;
  /** Requests under way. */
  busy: number;
}

/** What is connected, bounded. What comes through a proxy counts only in total: its connections are everybody's. */
export interface Connections {
  /** Counts those of a server from now on. */
  watch(server: Server): void;
  /** The connection of a request is a session's from now on. @throws ClassroomError `too-many-connections` */
  belongs(request: IncomingMessage, session: string): void;
}

export interface ConnectionsOptions {
  readonly most?: MostConnections;
  readonly isProxy: (address: string) => boolean;
  /** Of those who are not let in at all; the others are told by their own request. */
  readonly onRefused: (error: ClassroomError) => void;
}

export function createConnections(options: ConnectionsOptions): Connections {
  const { most = MOST_CONNECTIONS, isProxy, onRefused } = options;
  const open = new Map<string, Connection>();
  const strangers = new Map<string, Map<string, Connection>>();
  const sessions = new Map<string, Set<string>>();

  const opened = (socket: Socket, isPlain: boolean) => {
    const address = socket.remoteAddress ?? '';
    if (open.size >= most.total) {
      onRefused(TOO_MANY);
      socket.destroy();
      return;
    }
    const key = keyOf(socket);
    const connection: Connection = { socket, address, session: undefined, busy: 0 };
    open.set(key, connection);
    socket.once('close', () => {
      if (open.get(key) !== connection) return;
      open.delete(key);
      dropFrom(strangers, address, key);
      if (connection.session !== undefined) dropFrom(sessions, connection.session, key);
    });
    if (isProxy(address)) return;
    const same = strangers.get(address) ?? new Map<string, Connection>();
    strangers.set(address, same.set(key, connection));
    if (same.size <= most.strangersPerAddress) return;
    // Who does nothing makes room for who has just come.
    const idle = [...same.values()].find((other) => other !== connection && other.busy === 0);
    onRefused(TOO_MANY);
    if (idle) idle.socket.destroy();
    else if (isPlain) sayLast(socket, ANSWER);
    else socket.destroy();
  };

  return {
    watch(server) {
      const isPlain = !('setSecureContext' in server);
      server.on('connection', (socket: Socket) => opened(socket, isPlain));
      server.on('request', ({ socket }: IncomingMessage, response: ServerResponse) => {
        const connection = open.get(keyOf(socket));
        if (!connection) return;
        connection.busy += 1;
        response.once('close', () => (connection.busy -= 1));
      });
    },
    belongs({ socket }, session) {
      const key = keyOf(socket);
      const connection = open.get(key);
      if (!connection || connection.session === session || isProxy(connection.address)) return;
      const own = sessions.get(session) ?? new Set<string>();
      if (own.size >= most.perSession) throw TOO_MANY;
      if (connection.session !== undefined) dropFrom(sessions, connection.session, key);
      connection.session = session;
      dropFrom(strangers, connection.address, key);
      sessions.set(session, own.add(key));
    },
  };
}

const TOO_MANY = new ClassroomError('too-many-connections', { retryAfterS: RETRY_S });
const BODY = JSON.stringify({ error: { code: TOO_MANY.code, message: TOO_MANY.message } });
const ANSWER = [
  'HTTP/1.1 429 Too Many Requests',
  'content-type: application/json; charset=utf-8',
  `content-length: ${Buffer.byteLength(BODY)}`,
  `retry-after: ${RETRY_S}`,
  'connection: close',
  '',
  BODY,
].join('\r\n');

/** Of a connection, and of the encryption on it: they are two sockets with the same ends. */
function keyOf({ remoteAddress, remotePort }: Socket): string {
  return `${remoteAddress ?? ''} ${remotePort ?? ''}`;
}

function dropFrom(of: Map<string, { delete(key: string): boolean; readonly size: number }>, name: string, key: string) {
  const some = of.get(name);
  some?.delete(key);
  if (some?.size === 0) of.delete(name);
}
