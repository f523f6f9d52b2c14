import { createServer as createHttpServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { Socket } from 'node:net';
import { LIMITS, MAIN_PATHS, USER_PATHS } from '@rowhouse/bufferbloat-protocol';
import {
  createMetrics,
  createStopper,
  listen,
  tlsOptions,
  watchLoopDelay,
  type Logger,
  type TlsMaterial,
} from '@rowhouse/service';
import {
  createTurns,
  HTTP_OPTIONS,
  Refusal,
  refuseUpgrade,
  requestUrl,
  sendRefusal,
  type Guard,
  type GuardLimits,
} from '../guard/index.ts';
import { createPools, downloadQuery, serveBulk, STALL_MS } from '../load/index.ts';
import { createSessionHost } from '../household/index.ts';
import { createProbeSockets } from '../probes/index.ts';
import type { HouseholdSettings, PingStats, ProcessReport } from '../settings.ts';
import { createTcp, type Libc } from '../tcp/index.ts';
import { serveTelemetry, Tests } from '../telemetry/index.ts';
import { createFigures, type Stats } from './figures.ts';
import { createHousehold } from './household/household.ts';
import type { OwnProcesses } from './own-process.ts';
import type { Pages } from './pages.ts';
import { pickHandler } from './router.ts';
import { sessionRoute } from './household/routes.ts';
import { admitLoad, createRoutes, type Services } from './routes.ts';
import { answerPings, createUpgrade } from './web-sockets.ts';

export interface MainServerOptions {
  readonly guard: Guard;
  readonly log: Logger;
  readonly pages: Pages;
  readonly version: string;
  readonly tls: TlsMaterial | null;
  readonly pingPort: number;
  /** The ping process's latest figures, `undefined` while it does not answer. */
  readonly ping: () => PingStats | undefined;
  readonly household: HouseholdSettings;
  /** How to reach the other processes. */
  readonly own: OwnProcesses;
  readonly limits: GuardLimits;
  /** From `loadLibc`. */
  readonly libc: Libc | string;
  /** How long a load connection may make no progress. Default: 10 s. */
  readonly stallMs?: number;
}

export interface MainServer {
  /**
   * Listens, and chooses a loss-based congestion control for all load.
   *
   * @returns the port and the algorithm that load connections will use
   */
  listen(host: string, port: number): Promise<{ readonly port: number; readonly congestionControl: string }>;
  stats(): Stats;
  /** Takes what the launcher says about the processes. */
  tell(report: ProcessReport): void;
  /** Begins no new test, lets running ones finish up to the deadline, then closes everything. */
  stop(deadlineMs: number): Promise<void>;
}

/** As many as one process of the household, or as all of them where there are none. */
function fallback({ household, limits }: MainServerOptions) {
  const { sessionsPerProcess, processes, profiles } = household;
  return { limits, maxSessions: sessionsPerProcess * (processes.length > 0 ? 1 : profiles.length) };
}

/** In order of preference: both fill a queue until it drops, as most of the Internet's senders do. */
const CONGESTION_CONTROLS = ['cubic', 'reno'];
/** What the kernel may hold unsent for one connection: enough to keep it busy, little for one that stops reading. */
const UNSENT_BYTES = 512 * 1024;
/** For answers that are on their way when all tests have ended. */
const LAST_ANSWERS_MS = 500;

export function createMainServer(options: MainServerOptions): MainServer {
  const { guard, log } = options;
  const tcp = createTcp(options.libc);
  const traffic = { sentBytes: 0, receivedBytes: 0 };
  const metrics = createMetrics('main');
  const loopDelay = watchLoopDelay();
  let congestionControl = 'unknown';
  let stoppingSinceMs: number | undefined;
  const stopping = () => stoppingSinceMs !== undefined;
  const beginStopping = () => {
    stoppingSinceMs ??= performance.now();
  };
  const tests = new Tests({ tcp, log, watchLoopDelay, pingLoopDelayMs: () => options.ping()?.loopDelayMs });
  const upgrade = createUpgrade(LIMITS.textMessageBytes);
  const household = createHousehold({
    settings: options.household,
    guard,
    own: options.own,
    tcp,
    log,
    host: createSessionHost({ ...fallback(options), architecture: 'single_process', instance: 0, tcp, log }),
    probes: createProbeSockets({
      limits: options.limits,
      users: options.household.profiles.length,
      rtc: () => undefined,
      log,
    }),
    upgrade,
    stopping,
  });
  const figures = createFigures(metrics, {
    guard,
    household,
    tests,
    traffic,
    loopDelayMs: () => loopDelay.takeWorstMs(),
    ping: options.ping,
  });
  const services: Services = {
    ...options,
    tests,
    load: { pools: createPools(), tcp, traffic, stallMs: options.stallMs ?? STALL_MS },
    figures,
    metrics,
    congestionControl: () => congestionControl,
    stopping,
    household,
  };
  const routes = createRoutes(services);
  const turns = createTurns();

  const note = (refusal: Refusal, error: unknown) => {
    figures.refused(refusal);
    if (refusal.code === 'internal') log.error({ err: error }, 'a request failed');
  };
  const onRequest = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    if (!turns.begin(request, response)) return;
    try {
      const visitor = guard.admit(request);
      const url = requestUrl(request);
      const route = routes.get(url.pathname) ?? sessionRoute(services, url.pathname);
      if (!route) throw new Refusal('not-found');
      await pickHandler(route, request, response)({ request, response, url, visitor });
    } catch (error) {
      note(sendRefusal(request, response, error), error);
    }
  };
  const onUpgrade = async (request: IncomingMessage, socket: Socket, head: Buffer): Promise<void> => {
    if (!turns.upgrade(socket)) return;
    try {
      const visitor = guard.admit(request);
      const url = requestUrl(request);
      if (url.pathname === MAIN_PATHS.telemetry) {
        guard.origin(request, visitor);
        const claims = guard.claims(url);
        if (!claims) throw new Refusal('token-needed');
        upgrade(request, socket, head, (webSocket) => {
          answerPings(webSocket);
          serveTelemetry(webSocket, tests.open(claims), tests);
        });
      } else if (url.pathname === MAIN_PATHS.bulkDownload) {
        guard.origin(request, visitor);
        const query = downloadQuery(url);
        const admission = admitLoad(services, { request, url, visitor });
        let opened = false;
        upgrade(request, socket, head, (webSocket) => {
          opened = true;
          answerPings(webSocket);
          serveBulk(webSocket, socket, query, admission, services.load);
        });
        if (!opened) admission.load.end(); // not a valid handshake; it has been answered
      } else if (url.pathname === USER_PATHS.probe) {
        household.openProbe({ request, socket, head, url, visitor });
      } else {
        const profile = household.userOf(url.pathname);
        if (!profile) throw new Refusal('not-found');
        await household.open(profile, { request, socket, head, url, visitor });
      }
    } catch (error) {
      note(refuseUpgrade(socket, error), error);
    }
  };

  const server: Server = options.tls
    ? createHttpsServer({ ...HTTP_OPTIONS, ...tlsOptions(options.tls) })
    : createHttpServer(HTTP_OPTIONS);
  guard.watch(server);
  const stopper = createStopper(server);
  const onEveryRequest = (request: IncomingMessage, response: ServerResponse) => void onRequest(request, response);
  server.on('request', onEveryRequest);
  // A body that is not wanted is refused before it is sent.
  server.on('checkContinue', onEveryRequest);
  server.on('upgrade', (request, socket: Socket, head) => void onUpgrade(request, socket, head));

  return {
    async listen(host, port) {
      const listeningPort = await listen(server, 'main server', host, port);
      congestionControl = tcp.chooseCongestionControl(server, CONGESTION_CONTROLS);
      tcp.limitUnsent(server, UNSENT_BYTES);
      return { port: listeningPort, congestionControl };
    },
    stats: () => figures.stats(),
    tell(report) {
      if (report.stopping) beginStopping();
      household.tell(report);
    },
    async stop(deadlineMs) {
      beginStopping();
      // What the other processes took of the time is over for the tests here as well.
      const leftMs = Math.max(0, deadlineMs - (performance.now() - (stoppingSinceMs ?? 0)));
      await Promise.all([tests.drain(leftMs), household.stop(leftMs)]);
      await stopper.stop(LAST_ANSWERS_MS);
      loopDelay.stop();
    },
  };
}
