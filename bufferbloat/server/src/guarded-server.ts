import { createServer as createHttpServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { Socket } from 'node:net';
import { tlsOptions, type Logger, type Metrics, type TlsMaterial } from '@rowhouse/service';
import {
  createTurns,
  HTTP_OPTIONS,
  refuseUpgrade,
  requestUrl,
  SECURITY_HEADERS,
  sendRefusal,
  type Guard,
  type Refusal,
  type Visitor,
} from './guard/index.ts';

/** A request that was let in. */
export interface Admitted {
  readonly request: IncomingMessage;
  readonly url: URL;
  readonly visitor: Visitor;
}

export interface GuardedServerOptions {
  readonly tls: TlsMaterial | null;
  readonly guard: Guard;
  readonly metrics: Metrics;
  readonly log: Logger;
  /** @throws Refusal */
  readonly answer: (admitted: Admitted, response: ServerResponse) => void | Promise<void>;
  /** @throws Refusal */
  readonly upgrade: (admitted: Admitted, socket: Socket, head: Buffer) => void;
}

/** The small HTTP side of a process that mainly speaks WebSocket: everything is admitted first, refusals are counted. */
export function createGuardedServer(options: GuardedServerOptions): Server {
  const { tls, guard, metrics, log } = options;
  const countRefusal = metrics.counter('refusals_total', 'Refused requests by code.', 'code');
  const turns = createTurns();
  const refused = (refusal: Refusal, error: unknown) => {
    countRefusal(refusal.code);
    if (refusal.code === 'internal') log.error({ err: error }, 'a request failed');
  };
  const admit = (request: IncomingMessage): Admitted => {
    const visitor = guard.admit(request);
    return { request, url: requestUrl(request), visitor };
  };
  const onRequest = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    if (!turns.begin(request, response)) return;
    try {
      await options.answer(admit(request), response);
    } catch (error) {
      refused(sendRefusal(request, response, error), error);
    }
  };
  const listener = (request: IncomingMessage, response: ServerResponse) => void onRequest(request, response);
  const server: Server = tls
    ? createHttpsServer({ ...HTTP_OPTIONS, ...tlsOptions(tls) }, listener)
    : createHttpServer(HTTP_OPTIONS, listener);
  guard.watch(server);
  server.on('upgrade', (request, socket: Socket, head) => {
    if (!turns.upgrade(socket)) return;
    try {
      options.upgrade(admit(request), socket, head);
    } catch (error) {
      refused(refuseUpgrade(socket, error), error);
    }
  });
  return server;
}

/** Answers with all metrics in the text format of Prometheus. */
export async function sendMetrics(response: ServerResponse, metrics: Metrics): Promise<void> {
  const text = await metrics.text();
  response.writeHead(200, { ...SECURITY_HEADERS, 'content-type': metrics.contentType, 'cache-control': 'no-store' });
  response.end(text);
}
