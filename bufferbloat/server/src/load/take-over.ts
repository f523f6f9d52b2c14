import type { IncomingMessage } from 'node:http';
import { readIntoOneBuffer } from '../tcp/index.ts';

/** Where every upload's bytes land and are forgotten; nobody ever reads it, so all connections share it. */
const DUSTBIN = new Uint8Array(64 * 1024);

/**
 * Takes the rest of a request's body from the socket itself, past the HTTP parser, which would copy every byte twice.
 * What the parser holds already still comes as the request's 'data'. The connection cannot serve another request.
 *
 * Must be called in the 'request' event. Node hands a connection's bytes to JavaScript instead of to its parser as
 * soon as somebody else listens for 'data' on the socket; all that is left to do is to take the parser off.
 *
 * @returns `false`, having changed nothing, when the socket is not as expected: use the request instead
 */
export function takeOver(request: IncomingMessage, onBytes: (count: number) => void): boolean {
  const onData = (bytes: Buffer) => onBytes(bytes.byteLength);
  const { socket } = request;
  const parsers = socket.listeners('data');
  if (parsers.length !== 1) return false;
  socket.on('data', onData);
  for (const parser of parsers) socket.off('data', parser as (bytes: Buffer) => void);
  request.on('data', onData);
  readIntoOneBuffer(socket, DUSTBIN, onBytes);
  return true;
}
