import { connect, type Socket } from 'node:net';
import { MAIN_PATHS, PING_PATHS, USER_PATHS } from '@rowhouse/bufferbloat-protocol';
import { loopback } from '../shared/tickets.ts';
import { textFrame, upgradeRequest } from '../shared/frames.ts';
import { USER_IDS } from './case.ts';

/** A client that takes up a connection: what it says at first, and what it adds twice a second. */
interface Holder {
  /** `main`, `ping` or one of `USER_IDS`. */
  readonly server: string;
  readonly opening: (token: string) => string;
  readonly drip: string;
  readonly reads: boolean;
  /** Half-closes right after the opening. */
  readonly halfCloses?: boolean;
}

const silent = () => '';
const query = (token: string) => `token=${encodeURIComponent(token)}`;

const START = textFrame(JSON.stringify({ type: 'start', baseOneWayMs: 0 })).toString('latin1');

const HOLDERS: readonly Holder[] = [
  { server: 'main', opening: silent, drip: '', reads: true },
  { server: 'ping', opening: silent, drip: '', reads: true },
  { server: 'main', opening: () => 'GET / HTTP/1.1\r\n', drip: 'x: y\r\n', reads: true },
  { server: 'ping', opening: () => 'GET /ping HTTP/1.1\r\nHost: loc', drip: 'a', reads: true },
  {
    server: 'main',
    opening: (token) =>
      `POST ${MAIN_PATHS.upload}?${query(token)} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000\r\n\r\n`,
    drip: 'x',
    reads: true,
  },
  {
    server: 'main',
    opening: (token) =>
      `GET ${MAIN_PATHS.download}?${query(token)}&bytes=1000000000&durationMs=60000 HTTP/1.1\r\nHost: localhost\r\n\r\n`,
    drip: '',
    reads: false,
  },
  {
    server: 'main',
    opening: (token) => upgradeRequest(`${MAIN_PATHS.telemetry}?${query(token)}`),
    drip: '',
    reads: false,
  },
  {
    server: 'ping',
    opening: (token) => upgradeRequest(`${PING_PATHS.probe}?${query(token)}`),
    drip: '\x82',
    reads: true,
  },
  {
    server: 'ping',
    opening: (token) => upgradeRequest(`${PING_PATHS.probe}?${query(token)}`),
    drip: '',
    reads: true,
    halfCloses: true,
  },
  ...USER_IDS.map(
    (id): Holder => ({
      server: id,
      opening: (token) => upgradeRequest(`${USER_PATHS.session}/${id}?${query(token)}`) + START,
      drip: '',
      reads: false,
    }),
  ),
  {
    server: 'main',
    opening: (token) => upgradeRequest(`${USER_PATHS.session}/computer?${query(token)}`) + START,
    drip: '',
    reads: false,
  },
];

/** Slow-loris and half-open connections that are held while it runs. */
export interface Holds {
  /** How many were opened so far; one that the server ends is replaced. */
  readonly opened: number;
  close(): void;
}

/** Keeps `count` such connections open, each from an address of its own, until it is closed. */
export function holdConnections(options: {
  readonly count: number;
  readonly ports: Readonly<Record<string, number>>;
  readonly token: () => string;
}): Holds {
  const sockets = new Set<Socket>();
  let opened = 0;
  let closed = false;
  const open = (number: number) => {
    const holder = HOLDERS[number % HOLDERS.length];
    if (closed || holder === undefined) return;
    opened += 1;
    const from = loopback(2000 + (number % 500));
    const socket = connect({ host: '127.0.0.1', port: options.ports[holder.server] ?? 0, localAddress: from });
    sockets.add(socket);
    socket.write(holder.opening(options.token()), 'latin1');
    if (!holder.reads) socket.pause();
    else socket.resume();
    if (holder.halfCloses === true) socket.end();
    const dripping = setInterval(
      () => holder.drip !== '' && socket.writable && socket.write(holder.drip, 'latin1'),
      500,
    );
    socket.on('error', () => {});
    socket.on('close', () => {
      clearInterval(dripping);
      sockets.delete(socket);
      setTimeout(open, 500, number + 1).unref();
    });
  };
  for (let number = 0; number < options.count; number += 1) open(number);
  return {
    get opened() {
      return opened;
    },
    close() {
      closed = true;
      for (const socket of sockets) socket.destroy();
    },
  };
}
