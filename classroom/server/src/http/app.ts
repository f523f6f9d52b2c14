import type { Logger, TlsMaterial } from '@rowhouse/service';
import type { Clock } from '@rowhouse/supervisor';
import type { FastifyInstance } from 'fastify';
import type { IncomingMessage } from 'node:http';
import type { Accounts } from '../accounts/api.ts';
import type { Store } from '../db/api.ts';
import type { Authenticate, SessionEvents } from '../sessions/api.ts';

export interface HttpOptions {
  readonly store: Store;
  readonly log: Logger;
  readonly clock: Clock;
  readonly tls: TlsMaterial | null;
  /** TLS ends in front of us: cookies are as if it ended here. */
  readonly tlsInFront?: boolean;
  /** Default: the socket's. */
  readonly addressOf?: (request: IncomingMessage) => string;
}

export interface Http {
  /** Not listening yet. More routes: `app.register(async (scope) => ...)`; a ClassroomError thrown is answered as such. */
  readonly app: FastifyInstance;
  readonly authenticate: Authenticate;
  readonly sessions: SessionEvents;
  readonly accounts: Accounts;
  /**
   * While there is no administrator: the token for `POST /api/first-admin`, good for 24 h, to be shown once. Another call
   * replaces it. @returns `undefined` when there is one. @throws ClassroomError `database-unavailable`
   */
  offerFirstAdmin(): Promise<string | undefined>;
  /** Ends timers; the app and the store are closed by their owner. */
  stop(): void;
}

/** The server's HTTP side with the routes of accounts and sessions. */
export declare function createHttp(options: HttpOptions): Http;
