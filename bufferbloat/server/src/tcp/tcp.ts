import { endianness } from 'node:os';
import type { Server, Socket } from 'node:net';
import { createGather, type Gather } from './gather.ts';
import type { Libc } from './libc.ts';
import { descriptorOf, isEncrypted } from './sockets.ts';
import { decodeTcpInfo, TCP_INFO_BYTES, type TcpInfo } from './tcp-info.ts';

const SOL_SOCKET = 1;
const SO_RCVBUF = 8;
const SO_LINGER = 13;
const IPPROTO_TCP = 6;
const TCP_INFO = 11;
const TCP_CONGESTION = 13;
const TCP_NOTSENT_LOWAT = 25;

/** What the kernel tells about TCP connections and lets us set; where it does not, every method says so and does nothing. */
export interface Tcp {
  /** Why there is no TCP_INFO; `undefined` where there is. */
  readonly unavailable: string | undefined;
  info(socket: Socket): TcpInfo | undefined;
  /** The algorithm that the socket really uses; `unknown` where it cannot be read. */
  congestionControl(socket: Socket | Server): string;
  /** Tries the algorithms in order on a listening socket; accepted ones inherit it. @returns the one it has then */
  chooseCongestionControl(server: Server, names: readonly string[]): string;
  /** Lets the kernel hold at most so many bytes that are written but not sent; a server's accepted sockets inherit it. */
  limitUnsent(owner: Socket | Server, limitBytes: number): void;
  /** For messages of a head and a body that lie in these buffers; `undefined` where there is no library. */
  gather(head: Uint8Array, body: Uint8Array): Gather | undefined;
  /** Lets the kernel hold at most about so many bytes that have arrived and nobody has read yet. */
  limitUnread(socket: Socket, limitBytes: number): void;
  /** Drops received bytes without copying them. @returns how many; 0 under TLS, whose bytes must be decrypted */
  discard(socket: Socket, limitBytes: number): number;
  /** Ends a connection at once: nothing that is buffered is sent any more, the other side sees a reset. */
  reset(socket: Socket): void;
}

/** @param libc from `loadLibc`: the library, or the reason why there is none */
export function createTcp(libc: Libc | string): Tcp {
  const infoBytes = new Uint8Array(TCP_INFO_BYTES);
  const nameBytes = new Uint8Array(16);
  const library = typeof libc === 'string' ? undefined : libc;
  const set = (owner: Socket | Server, level: number, option: number, value: Uint8Array): boolean => {
    const fd = descriptorOf(owner);
    return fd !== undefined && (library?.setsockopt(fd, level, option, value) ?? false);
  };
  const congestionControl = (owner: Socket | Server): string => {
    const fd = descriptorOf(owner);
    const length = fd === undefined ? 0 : (library?.getsockopt(fd, IPPROTO_TCP, TCP_CONGESTION, nameBytes) ?? 0);
    const name = Buffer.from(nameBytes.subarray(0, length)).toString('latin1').replace(/\0.*$/s, '');
    return name === '' ? 'unknown' : name;
  };

  return {
    unavailable: typeof libc === 'string' ? libc : undefined,
    info(socket) {
      const fd = descriptorOf(socket);
      if (fd === undefined || !library) return undefined;
      const length = library.getsockopt(fd, IPPROTO_TCP, TCP_INFO, infoBytes);
      return decodeTcpInfo(infoBytes.subarray(0, length));
    },
    congestionControl,
    chooseCongestionControl(server, names) {
      names.some((name) => set(server, IPPROTO_TCP, TCP_CONGESTION, Buffer.from(name, 'latin1')));
      return congestionControl(server);
    },
    limitUnsent(owner, limitBytes) {
      set(owner, IPPROTO_TCP, TCP_NOTSENT_LOWAT, int32(limitBytes));
    },
    limitUnread(socket, limitBytes) {
      set(socket, SOL_SOCKET, SO_RCVBUF, int32(limitBytes));
    },
    gather: (head, body) => (library ? createGather(library, head, body) : undefined),
    discard(socket, limitBytes) {
      const fd = isEncrypted(socket) ? undefined : descriptorOf(socket);
      return fd === undefined ? 0 : (library?.discard(fd, limitBytes) ?? 0);
    },
    reset(socket) {
      if (socket.destroyed) return;
      // With a linger time of zero closing is resetting, also under TLS and after the end was sent.
      if (set(socket, SOL_SOCKET, SO_LINGER, int32(1, 0)) || isEncrypted(socket) || socket.writableEnded) {
        socket.destroy();
      } else socket.resetAndDestroy();
    },
  };
}

function int32(...values: number[]): Uint8Array {
  const bytes = Buffer.alloc(4 * values.length);
  for (const [index, value] of values.entries()) {
    if (endianness() === 'LE') bytes.writeInt32LE(value, 4 * index);
    else bytes.writeInt32BE(value, 4 * index);
  }
  return bytes;
}
