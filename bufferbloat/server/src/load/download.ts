import type { ServerResponse } from 'node:http';
import { SECURITY_HEADERS } from '../guard/index.ts';
import { isEncrypted } from '../tcp/index.ts';
import type { Admission, LoadContext } from './context.ts';
import type { DownloadQuery } from './query.ts';
import { RateMeter } from './rate.ts';

/** A reader as fast as we are never makes the socket full: after so many pieces everybody else gets a turn. */
const PIECES_PER_TURN = 4;

/**
 * Streams incompressible bytes until the client goes, `limitBytes` are sent, the time is over or a budget is used up.
 *
 * Behind the head the bytes go straight to the socket: one shared buffer again and again, no chunk framing, nothing
 * allocated. Without `limitBytes` the end of the connection is the end of the body. A reader that stops costs its
 * socket and what the kernel holds for it, and is reset after `context.stallMs`.
 */
export function serveDownload(
  response: ServerResponse,
  { limitBytes, durationMs }: DownloadQuery,
  { load, test, proxied }: Admission,
  context: LoadContext,
): void {
  const socket = response.socket;
  if (!socket || socket.destroyed) {
    load.end();
    return;
  }
  startBody(response, limitBytes);
  const encrypted = isEncrypted(socket);
  const meter = new RateMeter(performance.now());
  let pieces = context.pools.pieces(0, encrypted);
  let next = 0;
  let leftBytes = limitBytes ?? Number.POSITIVE_INFINITY;

  /** @returns whether the socket takes more now */
  const writePiece = (): boolean => {
    const whole = pieces[next++ % pieces.length] as Buffer;
    const piece = whole.byteLength <= leftBytes ? whole : whole.subarray(0, leftBytes);
    if (!load.sent(piece.byteLength)) {
      context.tcp.reset(socket);
      return false;
    }
    leftBytes -= piece.byteLength;
    context.traffic.sentBytes += piece.byteLength;
    test?.downloaded(piece.byteLength);
    if (meter.add(piece.byteLength, performance.now())) pieces = context.pools.pieces(meter.rateMbps, encrypted);
    const more = socket.write(piece);
    if (leftBytes > 0) return more;
    finish();
    return false;
  };
  const write = () => {
    for (let written = 0; written < PIECES_PER_TURN; written++) {
      if (!writePiece()) return; // goes on with 'drain'
    }
    turn = setImmediate(write);
  };
  /** Lets what is written arrive; the stall timer still watches. */
  const finish = () => {
    stopWriting();
    // With a length promised and not reached only the end of the connection can tell that the body is not whole.
    if (limitBytes === undefined || leftBytes === 0) response.end();
    else socket.destroySoon();
  };
  const stopWriting = () => {
    clearTimeout(deadline);
    clearImmediate(turn);
    socket.off('drain', write);
  };
  const over = () => {
    stopWriting();
    response.off('finish', over);
    socket.off('close', over);
    load.end();
    detach?.();
  };

  let turn: NodeJS.Immediate | undefined;
  const deadline = setTimeout(finish, durationMs);
  const detach = test?.attach({ direction: 'download', socket, proxied });
  // Node's timer starts anew whenever part of a pending write has left.
  response.setTimeout(context.stallMs, () => context.tcp.reset(socket));
  response.on('finish', over);
  socket.on('close', over);
  socket.on('drain', write);
  write();
}

function startBody(response: ServerResponse, limitBytes: number | undefined): void {
  if (limitBytes === undefined) {
    response.useChunkedEncodingByDefault = false;
    response.shouldKeepAlive = false;
  }
  response.writeHead(200, {
    ...SECURITY_HEADERS,
    'content-type': 'application/octet-stream',
    'cache-control': 'no-store, no-transform',
    ...(limitBytes === undefined ? {} : { 'content-length': limitBytes }),
  });
  response.flushHeaders();
}
