import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { LIMITS, MAIN_PATHS, type Ticket } from '@rowhouse/bufferbloat-protocol';
import { WebSocket } from 'ws';

/** Who runs a load, and against which server. */
export interface LoadSource {
  readonly mainPort: number;
  readonly ticket: Pick<Ticket, 'token'>;
  /** Loopback address to come from. */
  readonly from: string;
}

const tokenQuery = (source: LoadSource) => `token=${encodeURIComponent(source.ticket.token)}`;

/** The telemetry socket that a test keeps open; its loads end with it. */
export async function openTelemetry(source: LoadSource): Promise<WebSocket> {
  const url = `ws://127.0.0.1:${source.mainPort}${MAIN_PATHS.telemetry}?${tokenQuery(source)}`;
  const socket = new WebSocket(url, { perMessageDeflate: false, localAddress: source.from });
  await once(socket, 'open');
  socket.on('error', () => {}); // 'close' follows
  return socket;
}

/** Starts a download on a bare socket; what arrives is read into one buffer, told to `onBytes` and dropped. */
export async function openDownload(source: LoadSource, onBytes: (count: number) => void): Promise<Socket> {
  const socket = connect({
    host: '127.0.0.1',
    port: source.mainPort,
    localAddress: source.from,
    onread: {
      buffer: Buffer.allocUnsafe(512 * 1024),
      callback: (count) => {
        onBytes(count);
        return true;
      },
    },
  });
  await once(socket, 'connect');
  socket.on('error', () => {});
  const limits = `bytes=${LIMITS.downloadBytes}&durationMs=${LIMITS.downloadMs}`;
  socket.write(`GET ${MAIN_PATHS.download}?${tokenQuery(source)}&${limits} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n`);
  return socket;
}
