import { once } from 'node:events';
import { MAIN_PATHS, type Ticket } from '@rowhouse/bufferbloat-protocol';
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
