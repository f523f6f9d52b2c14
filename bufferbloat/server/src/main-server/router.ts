import type { IncomingMessage, ServerResponse } from 'node:http';
import { Refusal, type Guard, type Visitor } from '../guard/index.ts';

/** One request that was let in, and where its answer goes. */
export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly url: URL;
  readonly visitor: Visitor;
}

export type Handler = (exchange: Exchange) => void | Promise<void>;

/** Handlers of one path by method. A GET that may be asked for with HEAD as well says so by listing it. */
export type Route = Readonly<Partial<Record<'GET' | 'HEAD' | 'POST', Handler>>>;

/** A body that an endpoint does not use is read to its end if it is small, so that the connection can be kept. */
const UNUSED_BODY_BYTES = 8 * 1024;

/**
 * The handler for a method.
 *
 * @throws Refusal `method-not-allowed`; sets `Allow`
 */
export function pickHandler(route: Route, request: IncomingMessage, response: ServerResponse): Handler {
  const method = request.method ?? '';
  const handler = Object.hasOwn(route, method) ? route[method as keyof Route] : undefined;
  if (handler) return handler;
  response.setHeader('allow', Object.keys(route).join(', '));
  throw new Refusal('method-not-allowed');
}

/** Of an endpoint that is nothing but a WebSocket. */
export const WEB_SOCKET_ONLY: Route = {
  GET({ response }) {
    response.setHeader('upgrade', 'websocket');
    throw new Refusal('upgrade-needed');
  },
};

/** Checks the Origin and lets a permitted page of another origin read the answer. @throws Refusal `foreign-origin` */
export function allowOrigin(guard: Guard, { request, response, visitor }: Exchange): void {
  const origin = guard.origin(request, visitor);
  if (origin !== undefined) response.setHeader('access-control-allow-origin', origin);
  response.setHeader('vary', 'origin');
}

/** Passes over the body of an endpoint that takes none. @throws Refusal `too-large` */
export function skipBody(request: IncomingMessage): void {
  const length = Number(request.headers['content-length'] ?? 0);
  if (request.headers['transfer-encoding'] !== undefined || length > UNUSED_BODY_BYTES) {
    throw new Refusal('too-large', { detail: 'This endpoint takes no body.' });
  }
  request.resume();
}
