import { STATUS_CODES, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { SECURITY_HEADERS } from './headers.ts';
import { Refusal } from './refusals.ts';

/** Answers with JSON that no cache keeps. Further headers may have been set on `response` before. */
export function sendJson(response: ServerResponse, status: number, body: unknown): void {
  const text = Buffer.from(JSON.stringify(body));
  response.writeHead(status, {
    ...SECURITY_HEADERS,
    'content-type': 'application/json; charset=utf-8',
    'content-length': text.byteLength,
    'cache-control': 'no-store',
  });
  response.end(text);
}

/**
 * Answers a refused request with its status, `Retry-After` and ErrorBody. Anything but a `Refusal` becomes a bare 500:
 * what happened belongs into the log, not to the client. A body that is still arriving is not waited for.
 *
 * @returns the refusal that was sent, for logs and counters
 */
export function sendRefusal(request: IncomingMessage, response: ServerResponse, error: unknown): Refusal {
  const refusal = error instanceof Refusal ? error : new Refusal('internal');
  if (response.headersSent) {
    response.destroy();
    return refusal;
  }
  if (refusal.retryAfterS !== undefined) response.setHeader('retry-after', refusal.retryAfterS);
  // A client that goes on sending a body nobody wants would hold the connection: this one is not used again.
  if (!request.complete) response.setHeader('connection', 'close');
  sendJson(response, refusal.status, refusal.body);
  if (!request.complete) request.resume();
  return refusal;
}

/** Answers a refused WebSocket upgrade with a proper HTTP response, then closes the socket. */
export function refuseUpgrade(socket: Duplex, error: unknown): Refusal {
  const refusal = error instanceof Refusal ? error : new Refusal('internal');
  const body = JSON.stringify(refusal.body);
  const head = [
    `HTTP/1.1 ${refusal.status} ${STATUS_CODES[refusal.status] ?? 'Refused'}`,
    'content-type: application/json; charset=utf-8',
    `content-length: ${Buffer.byteLength(body)}`,
    'cache-control: no-store',
    'connection: close',
    ...(refusal.retryAfterS === undefined ? [] : [`retry-after: ${refusal.retryAfterS}`]),
  ];
  socket.on('error', () => {}); // the client may be gone already; there is nothing left to tell it
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`, () => socket.destroy());
  return refusal;
}
