import { MAIN_PATHS, type Ticket } from '@rowhouse/bufferbloat-protocol';
import type { Metrics } from '@rowhouse/service';
import { Refusal, sendJson, type Guard, type TokenClaims, type Visitor } from '../guard/index.ts';
import {
  downloadQuery,
  serveDownload,
  serveUpload,
  uploadBytes,
  type Admission,
  type LoadContext,
} from '../load/index.ts';
import type { PingStats } from '../settings.ts';
import type { Tests } from '../telemetry/index.ts';
import type { Figures } from './figures.ts';
import { sendNoPage, sendPage, type Pages } from './pages.ts';
import { skipBody, type Exchange, type Handler, type Route } from './router.ts';

export interface Services {
  readonly guard: Guard;
  readonly tests: Tests;
  readonly load: LoadContext;
  readonly figures: Figures;
  readonly metrics: Metrics;
  readonly pages: Pages;
  readonly version: string;
  readonly pingPort: number;
  readonly ping: () => PingStats | undefined;
  /** The algorithm of the listening socket. */
  readonly congestionControl: () => string;
  readonly stopping: () => boolean;
}

/** Every path of the main server. */
export function createRoutes(services: Services): ReadonlyMap<string, Route> {
  const small =
    (handler: Handler): Handler =>
    (exchange) => {
      skipBody(exchange.request);
      return handler(exchange);
    };
  const reading = (handler: Handler): Route => ({ GET: small(handler), HEAD: small(handler) });
  const webSocketOnly: Route = {
    GET({ response }) {
      response.setHeader('upgrade', 'websocket');
      throw new Refusal('upgrade-needed');
    },
  };
  const routes = new Map<string, Route>([
    [MAIN_PATHS.tests, { POST: small((exchange) => startTest(services, exchange)) }],
    [MAIN_PATHS.download, { GET: small((exchange) => download(services, exchange)) }],
    [MAIN_PATHS.upload, { POST: (exchange) => upload(services, exchange) }],
    [MAIN_PATHS.warmup, reading(({ response }) => sendJson(response, 200, { ready: true }))],
    [MAIN_PATHS.ping, reading(({ response }) => sendJson(response, 200, { timeMs: services.tests.nowMs }))],
    [MAIN_PATHS.health, reading(({ response }) => sendJson(response, 200, health(services)))],
    [MAIN_PATHS.stats, reading((exchange) => stats(services, exchange))],
    [MAIN_PATHS.metrics, reading((exchange) => metrics(services, exchange))],
    [MAIN_PATHS.telemetry, webSocketOnly],
    [MAIN_PATHS.bulkDownload, webSocketOnly],
  ]);
  for (const [path, page] of services.pages) {
    routes.set(
      path,
      reading(({ request, response }) => sendPage(request, response, page)),
    );
  }
  if (!routes.has('/'))
    routes.set(
      '/',
      reading(({ response }) => sendNoPage(response)),
    );
  return routes;
}

/** Checks the Origin and lets a permitted page of another origin read the answer. @throws Refusal `foreign-origin` */
function allowOrigin({ guard }: Services, { request, response, visitor }: Exchange): void {
  const origin = guard.origin(request, visitor);
  if (origin !== undefined) response.setHeader('access-control-allow-origin', origin);
  response.setHeader('vary', 'origin');
}

function startTest(services: Services, exchange: Exchange): void {
  allowOrigin(services, exchange);
  if (services.stopping()) throw new Refusal('stopping', { retryAfterS: 10 });
  const { tcp } = services.load;
  const ticket: Ticket = {
    ...services.guard.issue(exchange.visitor),
    ping: { port: services.pingPort, udp: services.ping()?.udp ?? false },
    // Behind a proxy the kernel here would tell of the way to the proxy.
    server: isProxied(exchange.visitor)
      ? { congestionControl: 'unknown', tcpInfo: false }
      : {
          congestionControl: tcp.congestionControl(exchange.request.socket),
          tcpInfo: tcp.unavailable === undefined,
        },
  };
  sendJson(exchange.response, 200, ticket);
}

const isProxied = ({ proxy }: Visitor): boolean => proxy !== 'none';

/** @throws Refusal when the visitor may not begin a load */
export function admitLoad({ guard, tests }: Services, exchange: Omit<Exchange, 'response'>): Admission {
  const claims: TokenClaims | undefined = guard.claims(exchange.url);
  const test = claims ? tests.join(claims) : undefined;
  return { load: guard.load(exchange.visitor, claims), test, proxied: isProxied(exchange.visitor) };
}

function download(services: Services, exchange: Exchange): void {
  allowOrigin(services, exchange);
  const query = downloadQuery(exchange.url);
  serveDownload(exchange.response, query, admitLoad(services, exchange), services.load);
}

function upload(services: Services, exchange: Exchange): void {
  const { request, response } = exchange;
  allowOrigin(services, exchange);
  const bodyBytes = uploadBytes(request);
  const admission = admitLoad(services, exchange);
  if (request.headers.expect !== undefined) response.writeContinue();
  serveUpload(request, response, bodyBytes, admission, services.load);
}

function health({ load, ping, version, congestionControl, stopping }: Services): object {
  const pingStats = ping();
  return {
    status: stopping() ? 'stopping' : pingStats ? 'ok' : 'degraded',
    version,
    uptimeS: process.uptime(),
    congestionControl: congestionControl(),
    tcpInfo: load.tcp.unavailable === undefined,
    ...(load.tcp.unavailable === undefined ? {} : { tcpInfoReason: load.tcp.unavailable }),
    ping: pingStats ? { healthy: true, udp: pingStats.udp } : { healthy: false, udp: false },
  };
}

function stats({ guard, figures }: Services, { response, visitor }: Exchange): void {
  guard.private(visitor);
  sendJson(response, 200, figures.stats());
}

async function metrics(services: Services, { response, visitor }: Exchange): Promise<void> {
  services.guard.private(visitor);
  const text = await services.metrics.text();
  response.writeHead(200, { 'content-type': services.metrics.contentType, 'cache-control': 'no-store' }).end(text);
}
