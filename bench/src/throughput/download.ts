import koffi from 'koffi';
import type { Socket } from 'node:net';
import { open } from './connections.ts';
import type { Job, Mark } from './job.ts';

const libc = koffi.load(null);
const poll = libc.func('int poll(void *fds, unsigned long count, int timeoutMs)');
const receive = libc.func('int64_t recv(int fd, void *buffer, uint64_t length, int flags)');
const POLLFD_BYTES = 8;
const POLLIN = 1;
const MSG_DONTWAIT = 0x40;

/**
 * Reads and drops with two system calls a round and one buffer that stays in the cache, so that the client is as small
 * a part of the figure as it can be. Under TLS the handshake is Node's; what follows is read as it comes and not
 * decrypted, because the server's work is what is measured.
 */
export async function download(
  job: Job,
  { warmUpMs, windowMs }: { warmUpMs: number; windowMs: number },
  mark: Mark,
): Promise<void> {
  const sockets = await Promise.all(Array.from({ length: job.connections }, () => open(job)));
  const request = `GET ${job.target} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n`.repeat(job.requests);
  await Promise.all(sockets.map((socket) => new Promise<void>((resolve) => socket.write(request, () => resolve()))));
  const fds = Buffer.alloc(POLLFD_BYTES * sockets.length);
  for (const [index, socket] of sockets.entries()) {
    fds.writeInt32LE(descriptor(socket), index * POLLFD_BYTES);
    fds.writeInt16LE(POLLIN, index * POLLFD_BYTES + 4);
  }
  const buffer = Buffer.allocUnsafe(512 * 1024);
  let bytes = 0;
  const readFor = (durationMs: number) => {
    const untilMs = performance.now() + durationMs;
    while (performance.now() < untilMs) {
      poll(fds, sockets.length, 100);
      for (let index = 0; index < sockets.length; index += 1) {
        if (fds.readInt16LE(index * POLLFD_BYTES + 6) === 0) continue;
        const read = Number(receive(fds.readInt32LE(index * POLLFD_BYTES), buffer, buffer.byteLength, MSG_DONTWAIT));
        if (read === 0) throw new Error(`${job.server} ended a download before its time`);
        bytes += Math.max(0, read);
      }
    }
  };
  readFor(warmUpMs);
  mark(bytes);
  readFor(windowMs);
  mark(bytes);
  for (const socket of sockets) socket.destroy();
}

function descriptor(socket: Socket): number {
  return (socket as unknown as { _handle: { fd: number } })._handle.fd;
}
