import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { MAIN_PATHS, PING_PATHS } from '@rowhouse/bufferbloat-protocol';
import { upgradeRequest } from '../shared/frames.ts';
import type { Random } from '../shared/random.ts';
import { takeTicket } from '../shared/tickets.ts';

/** How far a test gets before its client is gone. */
export const MOMENTS = ['half-open', 'token', 'sockets', 'download', 'upload', 'bidirectional'] as const;
export type Moment = (typeof MOMENTS)[number];

/**
 * How a client goes: it closes, resets, falls silent with every socket still open (a peer that vanished: nothing is
 * read, written or closed any more), or loses its telemetry socket alone.
 */
export const MANNERS = ['close', 'reset', 'vanish', 'telemetry-lost'] as const;
export type Manner = (typeof MANNERS)[number];

export interface Abandoned {
  readonly moment: Moment;
  readonly manner: Manner;
  /** Sockets that the client still holds open. */
  readonly left: readonly Socket[];
}

export interface ClientOptions {
  readonly random: Random;
  readonly mainPort: number;
  readonly pingPort: number;
  /** Loopback address to come from. */
  readonly from: string;
}

/** Starts a test on bare sockets, gets to a random moment and abandons it there in a random manner. */
export async function abandonTest({ random, mainPort, pingPort, from }: ClientOptions): Promise<Abandoned> {
  const moment = random.pick(MOMENTS);
  const manner = random.pick(MANNERS);
  const sockets: Socket[] = [];
  const open = async (port: number, text: string): Promise<Socket> => {
    const socket = connect({ host: '127.0.0.1', port, localAddress: from });
    socket.on('error', () => {}); // the server may end it first
    sockets.push(socket);
    await once(socket, 'connect');
    socket.resume();
    socket.write(text);
    return socket;
  };

  let telemetry: Socket | undefined;
  if (moment === 'half-open') {
    const port = random.pick([mainPort, pingPort]);
    await open(port, random.pick(['', 'GET ', 'POST /upload HTTP/1.1\r\nHost: localhost\r\n']));
  } else {
    const { token } = await takeTicket(mainPort, from);
    const query = `token=${encodeURIComponent(token)}`;
    if (moment !== 'token') {
      telemetry = await open(mainPort, upgradeRequest(`${MAIN_PATHS.telemetry}?${query}`));
      await open(pingPort, upgradeRequest(`${PING_PATHS.probe}?${query}`));
    }
    const loads = 1 + random.int(3);
    const downloads = moment === 'download' || moment === 'bidirectional' ? loads : 0;
    const uploads = moment === 'upload' || moment === 'bidirectional' ? loads : 0;
    for (let i = 0; i < downloads; i += 1) {
      const limits = 'bytes=50000000000&durationMs=60000';
      await open(mainPort, `GET ${MAIN_PATHS.download}?${query}&${limits} HTTP/1.1\r\nHost: localhost\r\n\r\n`);
    }
    for (let i = 0; i < uploads; i += 1) {
      const head = `POST ${MAIN_PATHS.upload}?${query} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 500000000\r\n\r\n`;
      pour(await open(mainPort, head));
    }
  }
  await sleep(random.int(400));
  return { moment, manner, left: leave(sockets, telemetry, manner) };
}

/** Writes for as long as the socket takes it and is not told to stop. */
function pour(socket: Socket): void {
  const chunk = Buffer.alloc(64 * 1024);
  const write = () => {
    let room = true;
    while (room && socket.writable && !socket.isPaused()) room = socket.write(chunk);
  };
  socket.on('drain', write);
  write();
}

function leave(sockets: readonly Socket[], telemetry: Socket | undefined, manner: Manner): Socket[] {
  const leaving = manner === 'telemetry-lost' ? (telemetry ? [telemetry] : []) : sockets;
  for (const socket of leaving) {
    if (manner === 'vanish') socket.pause();
    else if (manner === 'reset') socket.resetAndDestroy();
    else socket.destroy();
  }
  return sockets.filter((socket) => !socket.destroyed);
}
