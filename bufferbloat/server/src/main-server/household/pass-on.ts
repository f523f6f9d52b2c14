import { request as requestHttp, type ClientRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import { request as requestHttps } from 'node:https';
import type { Socket } from 'node:net';
import { SESSION_TIMES } from '@rowhouse/bufferbloat-protocol';
import { FORWARDED_HEADER } from '../../guard/index.ts';
import type { Tcp } from '../../tcp/index.ts';
import type { OwnProcesses } from '../own-process.ts';

/** From the first byte to the process until its answer; it is on this machine. */
const ANSWER_MS = 2_000;
/** One side has said all it had to say: so long the other may take for the rest. */
const HALF_OPEN_MS = 5_000;

/**
 * What the kernel may hold here for one connection: the sender is to notice early when the client's line is full, since
 * it drops what would be late.
 */
const MOST_UNSENT_BYTES = 16 * 1024;
const MOST_UNREAD_BYTES = 64 * 1024;

/** What to say to the process. All of it is made here or checked: nothing of the client's head is repeated. */
export interface PassedOn {
  readonly port: number;
  /** Path and query. */
  readonly target: string;
  /** The host that the client addressed, as a Host header. */
  readonly host: string;
  /** From `signForwarding`. */
  readonly forwarding: string;
  /** The client's `Sec-WebSocket-Key`. */
  readonly key: string;
}

/** The process turned it down, or is not there. */
export type PassFailure =
  | { readonly status: number; readonly retryAfterS: number | undefined }
  | { readonly error: Error };

const KEY = /^[A-Za-z0-9+/]{22}==$/;

/** The key of a WebSocket handshake as RFC 6455 has it; `undefined` for everything else. */
export function webSocketKey({ method, headers }: IncomingMessage): string | undefined {
  const { upgrade, 'sec-websocket-key': key, 'sec-websocket-version': version } = headers;
  const valid = method === 'GET' && upgrade?.toLowerCase() === 'websocket' && version === '13';
  return valid && key !== undefined && KEY.test(key) ? key : undefined;
}

/**
 * Opens a WebSocket with one of our own processes for a client, and when it is open joins the two connections: bytes
 * go both ways as they are, each side is read only as fast as the other takes them.
 *
 * @param head what the client has sent already
 * @returns `undefined` once they are joined, otherwise why not; the client's socket is then untouched
 */
export function passOn(
  own: OwnProcesses,
  { port, target, host, forwarding, key }: PassedOn,
  client: Socket,
  head: Buffer,
  tcp: Tcp,
): Promise<PassFailure | undefined> {
  const options: RequestOptions = {
    hostname: own.hostname,
    port,
    path: target,
    agent: false,
    headers: {
      host,
      connection: 'Upgrade',
      upgrade: 'websocket',
      'sec-websocket-version': '13',
      'sec-websocket-key': key,
      [FORWARDED_HEADER]: forwarding,
    },
  };
  const request: ClientRequest = own.encrypted
    ? requestHttps({ ...options, rejectUnauthorized: false })
    : requestHttp(options);
  client.on('error', () => {}); // 'close' follows
  return new Promise((resolve) => {
    const fail = (failure: PassFailure) => {
      clearTimeout(timer);
      client.off('close', onClientGone);
      request.destroy();
      resolve(failure);
    };
    const onClientGone = () => fail({ error: new Error('the client has gone') });
    const timer = setTimeout(() => fail({ error: new Error('no answer in time') }), ANSWER_MS);
    client.once('close', onClientGone);
    request.on('error', (error) => fail({ error }));
    request.on('response', (response) => {
      response.resume();
      const retryAfterS = Number(response.headers['retry-after']);
      fail({ status: response.statusCode ?? 500, retryAfterS: retryAfterS > 0 ? retryAfterS : undefined });
    });
    request.on('upgrade', (response, server: Socket, first: Buffer) => {
      clearTimeout(timer);
      client.off('close', onClientGone);
      const accept = response.headers['sec-websocket-accept'] ?? '';
      client.write(
        `HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: Upgrade\r\nsec-websocket-accept: ${accept}\r\n\r\n`,
      );
      if (first.byteLength > 0) client.write(first);
      if (head.byteLength > 0) server.write(head);
      tcp.limitUnsent(client, MOST_UNSENT_BYTES);
      tcp.limitUnread(server, MOST_UNREAD_BYTES);
      join(client, server, tcp);
      resolve(undefined);
    });
    request.end();
  });
}

/** Joins two connections until both are closed; neither outlives the other by more than `HALF_OPEN_MS`. */
function join(client: Socket, server: Socket, tcp: Tcp): void {
  let timer: NodeJS.Timeout | undefined;
  const destroy = () => {
    tcp.reset(client); // the kernel would go on offering what the client does not take
    server.destroy();
  };
  const watch = (socket: Socket, other: Socket) => {
    socket.setNoDelay(true);
    socket.on('error', () => {}); // 'close' follows
    socket.on('end', () => {
      timer ??= setTimeout(destroy, HALF_OPEN_MS);
    });
    socket.on('close', () => {
      if (other.destroyed) return clearTimeout(timer);
      timer ??= setTimeout(destroy, HALF_OPEN_MS);
      return other.destroySoon(); // what it said last still goes out
    });
  };
  watch(client, server);
  watch(server, client);
  // The process watches its session, but while a client takes nothing its goodbye is not even read here. Its pings pass
  // every few seconds: where nothing has moved for so long, the session is over.
  client.setTimeout(SESSION_TIMES.inactiveMs, destroy);
  server.setTimeout(0);
  client.pipe(server);
  server.pipe(client);
}
