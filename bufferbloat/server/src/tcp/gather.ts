import { endianness } from 'node:os';
import type { Socket } from 'node:net';
import type { Libc } from './libc.ts';
import { descriptorOf, isEncrypted } from './sockets.ts';

/**
 * Sends messages whose parts lie in two fixed buffers, past Node's streams: nothing is copied or allocated, and the
 * kernel's answer is known at once, so that a message which it has no room for need not be queued.
 */
export interface Gather {
  /** Held here, for the kernel reads them by address: nobody else may be using them any more. */
  readonly buffers: readonly Uint8Array[];
  /**
   * May only be called while nothing waits in the socket's own stream.
   *
   * @returns how many bytes the kernel took, 0 when it has no room; -1: the connection is broken; `undefined`, having
   * sent nothing, for sockets that this is not for (under TLS) and closed ones: write to the stream
   */
  send(socket: Socket, headFrom: number, headBytes: number, bodyFrom: number, bodyBytes: number): number | undefined;
}

/** Of `struct iovec` and `struct msghdr` on 64-bit Linux. */
const IOVEC_BYTES = 16;
const MSGHDR_BYTES = 56;
const MSG_IOV = 16;
const MSG_IOVLEN = 24;

/** @returns `undefined` where the structures are laid out in another way */
export function createGather(libc: Libc, head: Uint8Array, body: Uint8Array): Gather | undefined {
  if (endianness() !== 'LE' || !['x64', 'arm64'].includes(process.arch)) return undefined;
  const memory = Buffer.allocUnsafeSlow(2 * IOVEC_BYTES + MSGHDR_BYTES).fill(0);
  const header = memory.subarray(2 * IOVEC_BYTES);
  header.writeBigUInt64LE(libc.address(memory), MSG_IOV);
  header.writeBigUInt64LE(2n, MSG_IOVLEN);
  // Addresses fit into 48 bits, where numbers are exact.
  const headAddress = Number(libc.address(head));
  const bodyAddress = Number(libc.address(body));
  const vector = (at: number, address: number, bytes: number) => {
    memory.writeUIntLE(address, at, 6);
    memory.writeUInt32LE(bytes, at + 8);
  };
  return {
    buffers: [memory, head, body],
    send(socket, headFrom, headBytes, bodyFrom, bodyBytes) {
      const fd = isEncrypted(socket) ? undefined : descriptorOf(socket);
      if (fd === undefined) return undefined;
      vector(0, headAddress + headFrom, headBytes);
      vector(IOVEC_BYTES, bodyAddress + bodyFrom, bodyBytes);
      return libc.sendmsg(fd, header);
    },
  };
}
