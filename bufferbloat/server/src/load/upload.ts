import type { IncomingMessage, ServerResponse } from 'node:http';
import { LIMITS } from '@rowhouse/bufferbloat-protocol';
import { Refusal, sendJson, sendRefusal } from '../guard/index.ts';
import type { Admission, LoadContext } from './context.ts';
import { takeOver } from './take-over.ts';

/** A shorter body keeps its connection for the next one; a longer one is worth a connection of its own. */
const TAKE_OVER_BYTES = 4 * 2 ** 20;
/** How much the kernel drops at one go, so that one fast sender does not hold the event loop. */
const DISCARD_BYTES = 4 * 2 ** 20;
/** Less than this in `stallMs` is no upload but a way to hold a connection (slow loris). */
const LEAST_BYTES_PER_STALL = 1024;

/**
 * The length of a body as its head says it; `undefined` when it comes in chunks.
 *
 * @throws Refusal `too-large`
 */
export function uploadBytes(request: IncomingMessage): number | undefined {
  const length = request.headers['content-length'];
  if (length === undefined) return request.headers['transfer-encoding'] === undefined ? 0 : undefined;
  const bytes = Number(length); // the parser lets only digits through
  if (bytes > LIMITS.uploadBytes) throw tooLarge();
  return bytes;
}

/**
 * Drops a body and counts it as it arrives; answers `{bytes, durationMs}`.
 *
 * A long body goes past the HTTP parser. On a plain connection most of it never even leaves the kernel: one small read
 * tells that bytes have come, one call discards the rest of them uncopied, which moves more than twice the bytes per CPU
 * second of a socket that reads all.
 *
 * @param bodyBytes from `uploadBytes`
 */
export function serveUpload(
  request: IncomingMessage,
  response: ServerResponse,
  bodyBytes: number | undefined,
  { load, test, proxied }: Admission,
  context: LoadContext,
): void {
  const { socket } = request;
  if (socket.destroyed) {
    load.end(); // its 'close' is over
    return;
  }
  const startedMs = performance.now();
  const limitBytes = bodyBytes ?? LIMITS.uploadBytes;
  let receivedBytes = 0;
  let bytesAtCheck = 0;
  let taken = false;

  const count = (bytes: number) => {
    receivedBytes += bytes;
    context.traffic.receivedBytes += bytes;
    test?.uploaded(bytes);
    if (load.received(bytes)) return;
    over();
    context.tcp.reset(socket);
  };
  const onBytes = (bytes: number) => {
    if (ended) return;
    count(Math.min(bytes, limitBytes - receivedBytes));
    if (taken && !ended) {
      const restBytes = limitBytes - receivedBytes;
      if (restBytes > 0) count(context.tcp.discard(socket, Math.min(restBytes, DISCARD_BYTES)));
    }
    if (receivedBytes >= limitBytes && bodyBytes !== undefined && taken) answer();
    else if (receivedBytes >= limitBytes && bodyBytes === undefined) refuse();
  };
  const answer = () => {
    if (ended) return;
    over();
    if (taken) {
      socket.pause();
      response.shouldKeepAlive = false;
    }
    sendJson(response, 200, { bytes: receivedBytes, durationMs: performance.now() - startedMs });
  };
  const refuse = () => {
    over();
    sendRefusal(request, response, tooLarge());
  };
  const over = () => {
    if (ended) return;
    ended = true;
    clearInterval(progress);
    socket.off('close', over);
    load.end();
    detach?.();
  };

  let ended = false;
  const progress = setInterval(() => {
    if (receivedBytes - bytesAtCheck < LEAST_BYTES_PER_STALL) context.tcp.reset(socket);
    bytesAtCheck = receivedBytes;
  }, context.stallMs);
  const detach = test?.attach({ direction: 'upload', socket, proxied });
  socket.on('close', over);
  taken = bodyBytes !== undefined && bodyBytes >= TAKE_OVER_BYTES && takeOver(request, onBytes);
  if (!taken) request.on('data', (chunk: Buffer) => onBytes(chunk.byteLength)).on('end', answer);
}

const tooLarge = () =>
  new Refusal('too-large', { detail: `An upload may have at most ${LIMITS.uploadBytes} bytes; send several.` });
