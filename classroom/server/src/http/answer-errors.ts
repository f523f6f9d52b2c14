import type { Socket } from 'node:net';
import type { Logger } from '@rowhouse/service';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ClassroomError, type ClassroomErrorCode } from './errors.ts';
import { sayLast } from './last-words.ts';
import type { Refusals } from './refusals.ts';

/** What the framework itself refuses, by its HTTP status. */
const BY_STATUS: Readonly<Record<number, ClassroomErrorCode>> = {
  404: 'not-found',
  408: 'timed-out',
  413: 'too-large',
  415: 'unsupported-media-type',
};

/**
 * Answers an error as `{error: {code, message}}`; `problems` by their lines where there are several. What is not
 * foreseen is logged, and the answer says nothing of it.
 */
export function answerErrors(
  log: Logger,
  refusals: Refusals,
): (error: unknown, request: FastifyRequest, reply: FastifyReply) => void {
  return (error, request, reply) => {
    const known = toClassroomError(error);
    refusals.note(known);
    // Who leaves in the middle of what they send has made no mistake of ours, and fills no log with theirs.
    const { raw } = request;
    const hasLeft = raw.destroyed && (!raw.complete || raw.errored !== null);
    if (known.code === 'internal' && !hasLeft)
      log.error({ err: error, method: request.method, url: request.routeOptions.url }, 'a request failed');
    if (known.retryAfterS !== undefined) reply.header('retry-after', String(known.retryAfterS));
    const problems = known.problems && { problems: known.problems };
    void reply.code(known.status).send({ error: { code: known.code, message: known.message, ...problems } });
  };
}

function toClassroomError(error: unknown): ClassroomError {
  if (error instanceof ClassroomError) return error;
  const status = error instanceof Error && 'statusCode' in error ? Number(error.statusCode) : 500;
  if (status >= 400 && status < 500) return new ClassroomError(BY_STATUS[status] ?? 'bad-request', { cause: error });
  return new ClassroomError('internal', { cause: error });
}

/** What Node takes for no request, by its code; all else is no HTTP. */
const UNPARSABLE: Readonly<Record<string, readonly [status: string, code: ClassroomErrorCode, message: string]>> = {
  ERR_HTTP_REQUEST_TIMEOUT: ['408 Request Timeout', 'timed-out', 'The request did not come in time.'],
  HPE_HEADER_OVERFLOW: ['431 Request Header Fields Too Large', 'too-large', 'The headers of the request are too long.'],
};
const NO_HTTP = ['400 Bad Request', 'bad-request', 'This is not HTTP as it is spoken here.'] as const;

/** What is no HTTP at all, or too slow: one answer, then the end. */
export function answerUnparsable(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy();
  const [status, code, message] = UNPARSABLE[error.code ?? ''] ?? NO_HTTP;
  const body = JSON.stringify({ error: { code, message } });
  const head = `HTTP/1.1 ${status}\r\ncontent-type: application/json\r\nconnection: close\r\ncontent-length: ${Buffer.byteLength(body)}`;
  sayLast(socket, `${head}\r\n\r\n${body}`);
}
