import type { Socket } from 'node:net';
import koffi from 'koffi';

const MSG_DONTWAIT = 0x40;
const MSG_NOSIGNAL = 0x4000;
const send = koffi.load(null).func('int64_t send(int fd, const void *bytes, uint64_t length, int flags)');

/**
 * Hands bytes to the kernel past Node's stream, which would spend more on each message than the kernel does. What it does
 * not take goes the usual way; the bytes may be written over as soon as this returns.
 */
export function sendDirectly(socket: Socket, bytes: Buffer): void {
  const fd = (socket as { _handle?: { fd?: number } | null })._handle?.fd ?? -1;
  const direct = fd >= 0 && socket.writableLength === 0;
  const taken = direct ? Math.max(0, Number(send(fd, bytes, bytes.byteLength, MSG_DONTWAIT | MSG_NOSIGNAL))) : 0;
  if (taken < bytes.byteLength) socket.write(Buffer.from(bytes.subarray(taken)));
}
