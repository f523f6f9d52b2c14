import type { Logger, TlsMaterial } from '@rowhouse/service';
import type { Clock } from '@rowhouse/supervisor';
import { type FastifyInstance, fastify } from 'fastify';
import type { IncomingMessage } from 'node:http';
import { availableParallelism } from 'node:os';
import { createAccounts } from '../accounts/accounts.ts';
import type { Accounts } from '../accounts/api.ts';
import { createFirstAdmin } from '../accounts/first-admin.ts';
import { firstAdminRoutes } from '../first-admin/routes.ts';
import { createHasher } from '../accounts/hashing.ts';
import { createThrottle } from '../accounts/throttle.ts';
import type { Store } from '../db/api.ts';
import type { Authenticate, SessionEvents } from '../sessions/api.ts';
import { createAuthenticate } from '../sessions/authenticate.ts';
import { createSessionCookie } from '../sessions/cookies.ts';
import { createKnownBrowser } from '../sessions/known-browser.ts';
import { requireOwnHost } from '../sessions/origin.ts';
import { createSessions } from '../sessions/sessions.ts';
import { createSignIn } from '../sessions/sign-in.ts';
import { accountRoutes } from './account-routes.ts';
import { answerErrors, answerUnparsable } from './answer-errors.ts';
import { addBodyDeadline } from './body-deadline.ts';
import { createConnections } from './connections.ts';
import { ClassroomError } from './errors.ts';
import { createRate } from './rate.ts';
import { createRefusals, type Refusals } from './refusals.ts';
import { addSecurityHeaders, setSecurityHeaders } from './security-headers.ts';
import { createNodeServer } from './server.ts';
import { sessionRoutes } from './session-routes.ts';

/** Everything but files and lists is smaller. */
const BODY_BYTES = 64 * 1024;
/** Node does this work on four threads; one is left for files. */
const MOST_HASHES = 3;

export interface HttpOptions {
  readonly store: Store;
  readonly log: Logger;
  readonly clock: Clock;
  readonly tls: TlsMaterial | null;
  /** TLS ends in front of us: cookies and origins are as if it ended here. */
  readonly tlsInFront?: boolean;
  /** Who asks, for the throttle and the records. Default: the socket's other end. */
  readonly addressOf?: (request: IncomingMessage) => string;
  /** Whether a socket's other end is a proxy, whose connections are everybody's. Default: with TLS in front of us, all are. */
  readonly isProxy?: (address: string) => boolean;
  /** Names that are ours, besides addresses and localhost. Default: all. */
  readonly allowedHosts?: readonly string[];
  /** Ends what an account runs, when it is removed. Default: there are no rooms. */
  readonly closeRoom?: (account: string) => Promise<void>;
  /** Passwords hashed at once. Default: one a core, three at most. */
  readonly hashConcurrency?: number;
}

export interface Http {
  /** Not listening yet. More routes: `app.register(async (scope) => ...)`; a ClassroomError thrown is answered as such. */
  readonly app: FastifyInstance;
  readonly authenticate: Authenticate;
  readonly sessions: SessionEvents;
  readonly accounts: Accounts;
  /** Passwords that wait to be hashed; for metrics. */
  readonly hashesWaiting: () => number;
  readonly refusals: Refusals;
  /**
   * While there is no administrator: the token of the one-time link, good for 24 h, to be shown once. Another call
   * replaces it. @returns `undefined` when there is one. @throws ClassroomError `database-unavailable`
   */
  offerFirstAdmin(): Promise<string | undefined>;
  /** Ends timers; the app and the store are closed by their owner. */
  stop(): void;
}

/** The server's HTTP side with the routes of accounts and sessions. */
export function createHttp(options: HttpOptions): Http {
  const { store, log, clock, tls, tlsInFront = false, allowedHosts = [] } = options;
  const secure = tls !== null || tlsInFront;
  const hasher = createHasher(options.hashConcurrency ?? Math.min(availableParallelism(), MOST_HASHES));
  const sessions = createSessions(store, clock, log);
  const cookie = createSessionCookie(secure);
  const browser = createKnownBrowser(secure);
  const accounts = createAccounts({
    store,
    hasher,
    clock,
    endSessions: (db, account, reason) => sessions.endAllOf(db, account, reason),
    closeRoom: options.closeRoom ?? (async () => {}),
    onChanged: (account) => sessions.accountChanged(account),
  });
  const firstAdmin = createFirstAdmin(store, hasher, clock);
  const throttle = createThrottle(clock);
  const addressOf = options.addressOf ?? ((request) => request.socket.remoteAddress ?? '');
  const isProxy = options.isProxy ?? (() => tlsInFront);
  const isProxied = ({ socket }: IncomingMessage) => isProxy(socket.remoteAddress ?? '');
  const refusals = createRefusals();
  const connections = createConnections({ isProxy, onRefused: (error) => refusals.note(error) });
  const rate = createRate(() => clock.nowMs());
  const wrongTokens = new WeakMap<object, number>();
  const tokensOf = ({ socket }: IncomingMessage) => wrongTokens.get(socket) ?? 0;
  const placeOf = (request: IncomingMessage) => ({
    address: addressOf(request),
    mistakes: isProxied(request) ? 0 : tokensOf(request),
  });
  const authenticate = createAuthenticate({
    placeOf,
    onUnknown: (request) => wrongTokens.set(request.socket, tokensOf(request) + 1),
    sessions,
    cookie,
    secure,
    allowedHosts,
    admit(request, session) {
      rate(session);
      connections.belongs(request, session);
    },
  });

  const answer = answerErrors(log, refusals);
  const app = fastify({
    serverFactory: (handler) => createNodeServer(handler, tls),
    logger: false,
    bodyLimit: BODY_BYTES,
    clientErrorHandler: answerUnparsable,
    return503OnClosing: false,
    frameworkErrors: (error, request, reply) => {
      setSecurityHeaders(reply);
      answer(error, request, reply);
    },
  });
  connections.watch(app.server);
  app.removeContentTypeParser('text/plain'); // what a form of another site may send without asking
  addSecurityHeaders(app);
  app.addHook('onRequest', async ({ raw }) => {
    requireOwnHost(raw, allowedHosts);
    if (!isProxied(raw)) rate(`${raw.socket.remoteAddress} ${raw.socket.remotePort}`);
  });
  addBodyDeadline(app, (ms, then) => clock.after(ms, then));
  app.setErrorHandler(answer);
  app.setNotFoundHandler((request, reply) => answer(notFound(), request, reply));
  const shared = { authenticate, addressOf };
  const signIn = createSignIn({ store, sessions, hasher, throttle, clock });
  void app.register(
    sessionRoutes({
      ...shared,
      isProxied,
      placeOf,
      sessions,
      cookie,
      browser,
      secure,
      signIn,
      firstAdmin,
      store,
      clock,
    }),
  );
  void app.register(firstAdminRoutes);
  void app.register(accountRoutes({ ...shared, accounts, store }));

  return {
    app,
    authenticate,
    sessions,
    accounts,
    hashesWaiting: () => hasher.waiting(),
    refusals,
    offerFirstAdmin: () => firstAdmin.offer(),
    stop: () => sessions.stop(),
  };
}

function notFound(): Error {
  return new ClassroomError('not-found');
}
