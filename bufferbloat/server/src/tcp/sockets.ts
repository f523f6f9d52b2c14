import type { Server, Socket } from 'node:net';

/**
 * The descriptor of a socket, `undefined` once it is closed (Node drops the handle first, so that a descriptor which
 * was given to somebody else can never be seen). The handle of a TLS socket answers with its TCP socket's.
 */
export function descriptorOf(owner: Socket | Server): number | undefined {
  const fd = (owner as { _handle?: { fd?: unknown } | null })._handle?.fd;
  return typeof fd === 'number' && fd >= 0 ? fd : undefined;
}

/** Whether the bytes of the TCP connection are not the bytes of the stream. */
export const isEncrypted = (socket: Socket): boolean => 'encrypted' in socket;
