import type { IncomingMessage } from 'node:http';
import { fileError } from './errors.ts';

/**
 * The content of a save as it arrives, never more than a file may hold. A sender that goes away in the middle is an
 * error, so that half a file is never kept.
 *
 * @throws RuntimeError `ERR_FILE` `too-large`, at once when the length is announced
 */
export function boundedBody(request: IncomingMessage, path: string, limitBytes: number): AsyncIterable<Buffer> {
  if (Number(request.headers['content-length'] ?? 0) > limitBytes) throw fileError('too-large', path);
  return bounded(request, path, limitBytes);
}

/**
 * A file on its way to a browser, never more than was announced: what came behind would be taken for the next answer,
 * and a student's program can put a longer file in place of the one that was looked at.
 *
 * @throws Error when there is more
 */
export async function* announced(content: AsyncIterable<Buffer>, sizeBytes: number): AsyncGenerator<Buffer> {
  let bytes = 0;
  for await (const piece of content) {
    bytes += piece.length;
    if (bytes > sizeBytes) throw new Error('there is more than was announced');
    yield piece;
  }
}

async function* bounded(request: IncomingMessage, path: string, limitBytes: number): AsyncGenerator<Buffer> {
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > limitBytes) throw fileError('too-large', path);
    yield chunk;
  }
  if (!request.complete) throw new Error('the sender went away');
}
