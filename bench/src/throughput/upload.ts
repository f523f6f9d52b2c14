import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { open } from './connections.ts';
import { BODY_BYTES, type Job, type Mark } from './job.ts';

const PIECE = Buffer.alloc(2 ** 20, 'rowhouse');

/** Sends bodies one after the other on each connection's place, every body on a connection of its own. */
export async function upload(
  job: Job,
  { warmUpMs, windowMs }: { warmUpMs: number; windowMs: number },
  mark: Mark,
): Promise<void> {
  const sockets = new Set<Socket>();
  let bytes = 0;
  let ended = false;

  const send = async (): Promise<void> => {
    const socket = await open(job);
    sockets.add(socket);
    socket.resume();
    socket.write(`POST ${job.target} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: ${BODY_BYTES}\r\n\r\n`);
    let left = BODY_BYTES;
    await new Promise<void>((resolve) => {
      const write = () => {
        if (ended || socket.destroyed) return resolve();
        if (left === 0) return resolve(void socket.end());
        left -= PIECE.byteLength;
        socket.write(PIECE, () => {
          bytes += PIECE.byteLength;
          write();
        });
        return undefined;
      };
      write();
    });
    socket.once('close', () => sockets.delete(socket));
    if (!ended) await send();
  };

  const places = Array.from({ length: job.connections }, () => send());
  await sleep(warmUpMs);
  mark(bytes);
  await sleep(windowMs);
  mark(bytes);
  ended = true;
  for (const socket of sockets) socket.destroy();
  await Promise.all(places);
}
