import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { ClassroomError } from '../http/errors.ts';
import { sayLast } from '../http/last-words.ts';
import type { Refusals } from '../http/refusals.ts';

/** A server that stops is started again, as a rule. */
const STOPPED_S = 5;

/**
 * Answers an upgrade that is not let in, as any other request would be.
 *
 * @param reason an error of the catalogue, `not-found`, or `undefined` while the server stops
 * @returns whether the reason was one that can be told
 */
export function refuseUpgrade(socket: Duplex, reason: unknown, refusals?: Pick<Refusals, 'note'>): boolean {
  const known = reason instanceof ClassroomError ? reason : fallback(reason);
  refusals?.note(known);
  const body = JSON.stringify({ error: { code: known.code, message: known.message } });
  const head = [
    `HTTP/1.1 ${known.status} ${STATUS_CODES[known.status] ?? ''}`,
    'connection: close',
    'content-type: application/json; charset=utf-8',
    `content-length: ${Buffer.byteLength(body)}`,
    'cache-control: no-store',
    ...(known.retryAfterS === undefined ? [] : [`retry-after: ${known.retryAfterS}`]),
    'x-content-type-options: nosniff',
  ];
  sayLast(socket, `${head.join('\r\n')}\r\n\r\n${body}`);
  return reason === undefined || reason === 'not-found' || reason instanceof ClassroomError;
}

function fallback(reason: unknown): ClassroomError {
  if (reason === undefined) return new ClassroomError('busy', { retryAfterS: STOPPED_S });
  return new ClassroomError(reason === 'not-found' ? 'not-found' : 'internal');
}
