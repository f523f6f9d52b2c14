import type { Socket } from 'node:net';

/** What `net.connect({ onread })` sets on a socket; a server's sockets have the same fields, but no option for them. */
const BUFFER = 'kBuffer';
const CALLBACK = 'kBufferCb';

interface Handle {
  readonly useUserBuffer?: (buffer: Uint8Array) => void;
}

/**
 * Lets a socket read into one buffer that is used again and again, as `onread` does for outgoing connections. A fresh
 * buffer for each read costs more in garbage collection than the reading itself: under TLS, whose reads are 16 KiB,
 * 40 % of the bytes per CPU second.
 *
 * @param buffer shared by any number of sockets, for what is in it is gone when `onBytes` returns
 * @param onBytes how many bytes came
 * @returns `false`, having changed nothing, where this version of Node has no such fields
 */
export function readIntoOneBuffer(socket: Socket, buffer: Uint8Array, onBytes: (count: number) => void): boolean {
  const { _handle: handle } = socket as unknown as { readonly _handle?: Handle | null };
  const symbols = Object.getOwnPropertySymbols(socket);
  const bufferField = symbols.find((symbol) => symbol.description === BUFFER);
  const callbackField = symbols.find((symbol) => symbol.description === CALLBACK);
  if (!handle?.useUserBuffer || !bufferField || !callbackField) return false;
  handle.useUserBuffer(buffer);
  Object.assign(socket, {
    [bufferField]: buffer,
    [callbackField]: (count: number) => {
      onBytes(count);
      return true;
    },
  });
  return true;
}
