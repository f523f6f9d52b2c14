import type { Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { LIMITS, USER_PATHS } from '@rowhouse/bufferbloat-protocol';
import { createMetrics, type Logger, type LoopDelay } from '@rowhouse/service';
import { unixNowMs } from '../clock.ts';
import { createGuard, Refusal, sendJson } from '../guard/index.ts';
import { createGuardedServer, sendMetrics, type Admitted } from '../guarded-server.ts';
import { createUpgrade } from '../main-server/web-sockets.ts';
import { createProbeSockets, reachableAddresses, type Rtc } from '../probes/index.ts';
import type { UserSettings } from '../settings.ts';
import type { Tcp } from '../tcp/index.ts';
import { countSessions } from './metrics.ts';
import { createSessionHost } from './session-host.ts';
import type { UserProcessStats } from './stats.ts';

export interface UserServer {
  readonly server: Server;
  readonly stats: () => UserProcessStats;
  /** Sessions that are open. */
  readonly active: () => number;
  /** Takes no new sessions; those running may finish. */
  drain(): void;
  /** Ends every session and probe socket. */
  end(): void;
}

export interface UserServerOptions {
  readonly settings: UserSettings;
  readonly tcp: Tcp;
  readonly log: Logger;
  readonly loopDelay: LoopDelay;
  /** UDP probes, or why there are none; asked for when a request comes. */
  readonly rtc: () => Rtc | { readonly reason: string };
}

/** The HTTP side of one user type's process; it does not listen yet. */
export function createUserServer({ settings, tcp, log, loopDelay, rtc }: UserServerOptions): UserServer {
  const { profile, instance, port, maxSessions, publicAddress } = settings;
  const { limits } = settings.guard;
  const guard = createGuard({ settings: settings.guard, secret: Buffer.from(settings.secretHex, 'hex') });
  const openedRtc = (): Rtc | undefined => {
    const now = rtc();
    return 'reason' in now ? undefined : now;
  };
  const probes = createProbeSockets({ limits, rtc: openedRtc, log });
  const host = createSessionHost({ maxSessions, architecture: 'simple_multiprocess', instance, limits, tcp, log });
  const handshake = createUpgrade(LIMITS.textMessageBytes);
  const sessionPath = `${USER_PATHS.session}/${profile.id}`;
  let state: 'ok' | 'draining' | 'stopping' = 'ok';
  let loopDelayMs = 0;
  const everySecond = setInterval(() => {
    loopDelayMs = loopDelay.takeWorstMs();
  }, 1000);
  everySecond.unref();

  const named = () => {
    const { active } = host.stats();
    return { user_id: profile.id, port, instance, sessions: active, max_sessions: maxSessions };
  };
  const stats = (): UserProcessStats => {
    const now = rtc();
    return {
      ...named(),
      uptimeS: process.uptime(),
      udp: !('reason' in now),
      udpReason: 'reason' in now ? now.reason : null,
      draining: state !== 'ok',
      loopDelayMs,
      connections: guard.stats().connections,
      probes: probes.open,
      channels: openedRtc()?.channels ?? 0,
      sessions: host.stats(),
    };
  };
  const metrics = createMetrics('household');
  countSessions(
    metrics,
    stats,
    () => probes.answered,
    () => openedRtc()?.answered ?? 0,
  );

  const answer = async ({ request, url, visitor }: Admitted, response: ServerResponse): Promise<void> => {
    const { pathname } = url;
    if (pathname === sessionPath || pathname === USER_PATHS.probe) throw new Refusal('upgrade-needed');
    const known: readonly string[] = [USER_PATHS.ping, USER_PATHS.health, USER_PATHS.stats, USER_PATHS.metrics];
    if (!known.includes(pathname)) throw notHere(pathname);
    if (request.method !== 'GET' && request.method !== 'HEAD') throw new Refusal('method-not-allowed');
    if (pathname === USER_PATHS.ping) return sendJson(response, 200, { timeMs: unixNowMs() });
    if (pathname === USER_PATHS.health)
      return sendJson(response, 200, { status: state, ...named(), udp: openedRtc() !== undefined });
    guard.private(visitor);
    if (pathname === USER_PATHS.stats) return sendJson(response, 200, stats());
    return sendMetrics(response, metrics);
  };

  const upgrade = ({ request, url, visitor }: Admitted, socket: Socket, head: Buffer) => {
    const { pathname } = url;
    if (pathname !== sessionPath && pathname !== USER_PATHS.probe) throw notHere(pathname);
    if (state === 'stopping') throw new Refusal('stopping', { retryAfterS: 5 });
    guard.origin(request, visitor);
    const claims = guard.claims(url);
    if (!claims) throw new Refusal('token-needed');
    if (socket.destroyed) return; // its 'close' is over, and would never give the place back
    if (pathname === USER_PATHS.probe) {
      const addresses = reachableAddresses(socket.localAddress, visitor.proxy, publicAddress);
      socket.once('close', probes.reserve(visitor, claims));
      handshake(request, socket, head, (client) => probes.serve(client, addresses, claims));
    } else {
      const { forwarded } = visitor;
      socket.once('close', host.reserve(visitor, claims, profile.id));
      handshake(request, socket, head, (client) => host.serve(client, socket, { profile, claims, visitor, forwarded }));
    }
  };

  return {
    server: createGuardedServer({ tls: settings.tls, guard, metrics, log, answer, upgrade }),
    stats,
    active: () => host.stats().active,
    drain() {
      state = 'draining';
      host.drain();
    },
    end() {
      state = 'stopping';
      clearInterval(everySecond);
      host.end();
      probes.closeAll();
    },
  };
}

/** Another user's path is not here, and says so. */
const notHere = (pathname: string): Refusal =>
  new Refusal(pathname.startsWith(`${USER_PATHS.session}/`) ? 'unknown-user' : 'not-found');
