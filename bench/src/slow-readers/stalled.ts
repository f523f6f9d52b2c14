import { setTimeout as sleep } from 'node:timers/promises';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { LIMITS, MAIN_PATHS } from '@rowhouse/bufferbloat-protocol';
import { openTelemetry } from '../shared/loads.ts';
import { takeTicket } from '../shared/tickets.ts';

/** Downloads of one test that nobody reads. */
export interface Stalled {
  /** Whether the server still holds every one of them. */
  held(): boolean;
  end(): void;
}

/** Long enough for the server to fill every buffer on the way. */
const SETTLE_MS = 500;

/** Begins `count` downloads, and never reads a byte of any. */
export async function stall(mainPort: number, from: string, count: number): Promise<Stalled> {
  const ticket = await takeTicket(mainPort, from);
  const telemetry = await openTelemetry({ mainPort, ticket, from });
  const sockets: Socket[] = [];
  const target = `${MAIN_PATHS.download}?token=${encodeURIComponent(ticket.token)}&durationMs=${LIMITS.downloadMs}`;
  for (let opened = 0; opened < count; opened += 1) {
    const socket = connect({ host: '127.0.0.1', port: mainPort, localAddress: from });
    socket.on('error', () => {});
    await once(socket, 'connect');
    socket.pause();
    socket.write(`GET ${target} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n`);
    sockets.push(socket);
  }
  await sleep(SETTLE_MS);
  return {
    held: () => sockets.every((socket) => !socket.destroyed),
    end() {
      telemetry.terminate();
      for (const socket of sockets) socket.destroy();
    },
  };
}
