import { createServer as createHttpServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { Duplex } from 'node:stream';
import { LIMITS, PING_PATHS } from '@rowhouse/bufferbloat-protocol';
import { createMetrics, tlsOptions, type Logger, type LoopDelay } from '@rowhouse/service';
import { WebSocketServer, type ServerOptions } from 'ws';
import { unixNowMs } from '../clock.ts';
import {
  createGuard,
  createTurns,
  HTTP_OPTIONS,
  Refusal,
  refuseUpgrade,
  requestUrl,
  SECURITY_HEADERS,
  sendJson,
  sendRefusal,
} from '../guard/index.ts';
import { createProbeSockets, reachableAddresses, type Rtc } from '../probes/index.ts';
import type { PingSettings, PingStats } from '../settings.ts';

export interface PingServer {
  readonly server: Server;
  readonly stats: () => PingStats;
  /** Refuses what is new and ends every probe socket. */
  end(): void;
}

export interface PingServerOptions {
  readonly settings: PingSettings;
  readonly log: Logger;
  readonly loopDelay: LoopDelay;
  /** UDP probes, or why there are none; asked for when a request comes. */
  readonly rtc: () => Rtc | { readonly reason: string };
}

const WEB_SOCKETS: ServerOptions & { readonly closeTimeout: number } = {
  noServer: true,
  perMessageDeflate: false,
  handleProtocols: () => false, // by default the first that the client names would be repeated
  clientTracking: false,
  autoPong: false, // pings count as messages, so that they are limited like them
  maxPayload: LIMITS.textMessageBytes,
  /** A peer that does not answer a close within this time is cut off, in milliseconds. */
  closeTimeout: 2000,
};

/** The ping server's HTTP side; it does not listen yet. */
export function createPingServer({ settings, log, loopDelay, rtc }: PingServerOptions): PingServer {
  const secret = Buffer.from(settings.secretHex, 'hex');
  const guard = createGuard({ settings: settings.guard, secret });
  const openedRtc = (): Rtc | undefined => {
    const now = rtc();
    return 'reason' in now ? undefined : now;
  };
  const {
    publicAddress,
    guard: { limits },
  } = settings;
  const probes = createProbeSockets({ limits, rtc: openedRtc, log });
  const sockets = new WebSocketServer(WEB_SOCKETS);
  let ending = false;
  let loopDelayMs = 0;
  const everySecond = setInterval(() => {
    loopDelayMs = loopDelay.takeWorstMs();
  }, 1000);
  everySecond.unref();

  const stats = (): PingStats => ({
    uptimeS: process.uptime(),
    udp: openedRtc() !== undefined,
    udpReason: unavailable(rtc()),
    loopDelayMs,
    connections: guard.stats().connections,
    probes: probes.open,
    channels: openedRtc()?.channels ?? 0,
    answered: { websocket: probes.answered, udp: openedRtc()?.answered ?? 0 },
  });
  const metrics = createMetrics('ping');
  metrics.read('gauge', 'connections', 'Open TCP connections.', () => stats().connections);
  metrics.read('gauge', 'probe_sockets', 'Open probe WebSockets.', () => probes.open);
  metrics.read('gauge', 'probe_channels', 'Open probe data channels.', () => openedRtc()?.channels ?? 0);
  metrics.read('counter', 'websocket_probes_total', 'WebSocket probes answered.', () => probes.answered);
  metrics.read('counter', 'udp_probes_total', 'UDP probes answered.', () => openedRtc()?.answered ?? 0);
  metrics.read('gauge', 'event_loop_delay_seconds', 'Worst delay within the last second.', () => loopDelayMs / 1000);
  const countRefusal = metrics.counter('refusals_total', 'Refused requests by code.', 'code');

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const visitor = guard.admit(request);
    const { pathname } = requestUrl(request);
    if (pathname === PING_PATHS.probe) throw new Refusal('upgrade-needed');
    const known: readonly string[] = Object.values(PING_PATHS);
    if (!known.includes(pathname)) throw new Refusal('not-found');
    if (request.method !== 'GET' && request.method !== 'HEAD') throw new Refusal('method-not-allowed');
    switch (pathname) {
      case PING_PATHS.ping:
        return sendJson(response, 200, { timeMs: unixNowMs() });
      case PING_PATHS.health:
        return sendJson(response, 200, { status: ending ? 'stopping' : 'ok', udp: openedRtc() !== undefined });
      case PING_PATHS.stats:
        guard.private(visitor);
        return sendJson(response, 200, stats());
      default: {
        guard.private(visitor);
        const text = await metrics.text();
        response.writeHead(200, {
          ...SECURITY_HEADERS,
          'content-type': metrics.contentType,
          'cache-control': 'no-store',
        });
        response.end(text);
        return undefined;
      }
    }
  };

  const upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    const visitor = guard.admit(request);
    const url = requestUrl(request);
    if (url.pathname !== PING_PATHS.probe) throw new Refusal('not-found');
    if (ending) throw new Refusal('stopping', { retryAfterS: 5 });
    guard.origin(request, visitor);
    const claims = guard.claims(url);
    if (!claims) throw new Refusal('token-needed');
    if (socket.destroyed) return; // its 'close' is over, and would never give the place back
    const addresses = reachableAddresses(request.socket.localAddress, visitor.proxy, publicAddress);
    const release = probes.reserve(visitor, claims);
    socket.once('close', release);
    sockets.handleUpgrade(request, socket, head, (client) => probes.serve(client, addresses, claims));
  };

  const refused = (refusal: Refusal, error: unknown) => {
    countRefusal(refusal.code);
    if (refusal.code === 'internal') log.error({ err: error }, 'request failed');
  };
  const turns = createTurns();
  const onRequest = (request: IncomingMessage, response: ServerResponse) => {
    if (!turns.begin(request, response)) return;
    answer(request, response).catch((error: unknown) => refused(sendRefusal(request, response, error), error));
  };
  const server: Server = settings.tls
    ? createHttpsServer({ ...HTTP_OPTIONS, ...tlsOptions(settings.tls) }, onRequest)
    : createHttpServer(HTTP_OPTIONS, onRequest);
  guard.watch(server);
  server.on('upgrade', (request, socket, head) => {
    if (!turns.upgrade(socket)) return;
    try {
      upgrade(request, socket, head);
    } catch (error) {
      refused(refuseUpgrade(socket, error), error);
    }
  });

  return {
    server,
    stats,
    end() {
      ending = true;
      clearInterval(everySecond);
      probes.closeAll();
    },
  };
}

const unavailable = (rtc: Rtc | { readonly reason: string }): string | null => ('reason' in rtc ? rtc.reason : null);
