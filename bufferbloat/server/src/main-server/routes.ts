import { LIMITS, MAIN_PATHS, type Ticket } from '@rowhouse/bufferbloat-protocol';
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
import type { Household } from './household/household.ts';
import { householdRoutes } from './household/routes.ts';
import { sendNoPage, sendPage, type Pages } from './pages.ts';
import { allowOrigin, skipBody, WEB_SOCKET_ONLY, type Exchange, type Handler, type Route } from './router.ts';

export interface Services {
  readonly guard: Guard;
  readonly tests: Tests;
  readonly load: LoadContext;
  readonly figures: Figures;
  readonly household: Household;
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
  const routes = new Map<string, Route>([
    [MAIN_PATHS.tests, { POST: small((exchange) => startTest(services, exchange)) }],
    [MAIN_PATHS.download, { GET: small((exchange) => download(services, exchange)) }],
    [MAIN_PATHS.upload, { POST: (exchange) => upload(services, exchange) }],
    [MAIN_PATHS.warmup, reading(({ response }) => sendJson(response, 200, { ready: true }))],
    [MAIN_PATHS.ping, reading(({ response }) => sendJson(response, 200, { timeMs: services.tests.nowMs }))],
    [MAIN_PATHS.health, reading(({ response }) => sendJson(response, 200, health(services)))],
    [MAIN_PATHS.stats, reading((exchange) => stats(services, exchange))],
    [MAIN_PATHS.metrics, reading((exchange) => metrics(services, exchange))],
    [MAIN_PATHS.telemetry, WEB_SOCKET_ONLY],
    [MAIN_PATHS.bulkDownload, WEB_SOCKET_ONLY],
    ...householdRoutes(services, small),
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

function startTest(services: Services, exchange: Exchange): void {
  allowOrigin(services.guard, exchange);
  if (services.stopping()) throw new Refusal('stopping', { retryAfterS: 10 });
  const { tcp } = services.load;
  const ticket: Ticket = {
    ...services.guard.issue(exchange.visitor, tokenMs(exchange.url)),
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

/** How long the token of a kind of test lives. @throws Refusal `bad-parameter` */
function tokenMs(url: URL): number {
  switch (url.searchParams.get('mode')) {
    case null:
    case 'single':
      return LIMITS.tokenMs;
    case 'household':
      return LIMITS.householdTokenMs;
    default:
      throw new Refusal('bad-parameter', { detail: '"mode" must be "single" or "household".' });
  }
}

const isProxied = ({ proxy }: Visitor): boolean => proxy !== 'none';

/** @throws Refusal when the visitor may not begin a load */
export function admitLoad({ guard, tests }: Services, exchange: Omit<Exchange, 'response'>): Admission {
  const claims: TokenClaims | undefined = guard.claims(exchange.url);
  const test = claims ? tests.join(claims) : undefined;
  return { load: guard.load(exchange.visitor, claims), test, proxied: isProxied(exchange.visitor) };
}

function download(services: Services, exchange: Exchange): void {
  allowOrigin(services.guard, exchange);
  const query = downloadQuery(exchange.url);
  serveDownload(exchange.response, query, admitLoad(services, exchange), services.load);
}

function upload(services: Services, exchange: Exchange): void {
  const { request, response } = exchange;
  allowOrigin(services.guard, exchange);
  const bodyBytes = uploadBytes(request);
  const admission = admitLoad(services, exchange);
  if (request.headers.expect !== undefined) response.writeContinue();
  serveUpload(request, response, bodyBytes, admission, services.load);
}

function health({ load, ping, version, household, congestionControl, stopping }: Services): object {
  const pingStats = ping();
  return {
    status: stopping() ? 'stopping' : pingStats ? household.reports.status() : 'degraded',
    version,
    uptimeS: process.uptime(),
    congestionControl: congestionControl(),
    tcpInfo: load.tcp.unavailable === undefined,
    ...(load.tcp.unavailable === undefined ? {} : { tcpInfoReason: load.tcp.unavailable }),
    household: household.reports.status(),
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
