import type { Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { LIMITS, PING_PATHS } from '@rowhouse/bufferbloat-protocol';
import { createMetrics, type Logger, type LoopDelay } from '@rowhouse/service';
import { WebSocketServer, type ServerOptions } from 'ws';
import { unixNowMs } from '../clock.ts';
import { createGuard, Refusal, sendJson } from '../guard/index.ts';
import { createGuardedServer, sendMetrics, type Admitted } from '../guarded-server.ts';
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
  const answer = async ({ request, url, visitor }: Admitted, response: ServerResponse): Promise<void> => {
    const { pathname } = url;
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
      default:
        guard.private(visitor);
        return sendMetrics(response, metrics);
    }
  };

  const upgrade = ({ request, url, visitor }: Admitted, socket: Socket, head: Buffer) => {
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

  const server = createGuardedServer({ tls: settings.tls, guard, metrics, log, answer, upgrade });

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
