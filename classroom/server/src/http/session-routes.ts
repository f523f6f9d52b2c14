import type { IncomingMessage } from 'node:http';
import {
  changePasswordSchema,
  firstAdminSchema,
  sessionSchema,
  signInSchema,
  type Session,
} from '@rowhouse/classroom-protocol';
import type { Clock } from '@rowhouse/supervisor';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Place } from '../accounts/fair-line.ts';
import type { FirstAdmin } from '../accounts/first-admin.ts';
import type { Store } from '../db/api.ts';
import type { Authenticate, SignedIn } from '../sessions/api.ts';
import type { SessionCookie } from '../sessions/cookies.ts';
import { requireOwnOrigin } from '../sessions/origin.ts';
import type { KnownBrowser } from '../sessions/known-browser.ts';
import type { Sessions } from '../sessions/sessions.ts';
import type { Caller, SignIn } from '../sessions/sign-in.ts';
import { checked } from './input.ts';

const USER_AGENT_LENGTH = 300;

export interface SessionRoutesOptions {
  readonly authenticate: Authenticate;
  readonly addressOf: (request: IncomingMessage) => string;
  readonly isProxied: (request: IncomingMessage) => boolean;
  /** Where somebody waits whose earlier session must be looked up. */
  readonly placeOf: (request: IncomingMessage) => Place;
  readonly sessions: Sessions;
  readonly cookie: SessionCookie;
  readonly browser: KnownBrowser;
  readonly secure: boolean;
  readonly signIn: SignIn;
  readonly firstAdmin: FirstAdmin;
  readonly store: Store;
  readonly clock: Clock;
}

/** Signing in and out, one's own password, and the first administrator. */
export function sessionRoutes(options: SessionRoutesOptions): (app: FastifyInstance) => Promise<void> {
  const {
    authenticate,
    addressOf,
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
  } = options;
  const callerOf = ({ raw }: FastifyRequest, reply: FastifyReply): Caller => {
    const leaving = new AbortController();
    reply.raw.once('close', () => leaving.abort());
    return {
      userAgent: raw.headers['user-agent']?.slice(0, USER_AGENT_LENGTH) ?? null,
      address: addressOf(raw),
      // A proxy's connections are everybody's.
      connection: isProxied(raw) ? raw : raw.socket,
      gone: leaving.signal,
      browserOf: (name) => browser.idOf(raw.headers.cookie, name),
    };
  };
  const answer = (reply: FastifyReply, { token, signedIn }: { token: string; signedIn: SignedIn }): Session => {
    reply.header('set-cookie', cookie.set(token));
    return toSession(signedIn);
  };
  /** Nobody's session is taken over by who signs in after them, and the old cookie is worth nothing. */
  const endEarlier = async ({ raw }: FastifyRequest): Promise<void> => {
    const earlier = cookie.read(raw.headers.cookie);
    const found = earlier === undefined ? undefined : await sessions.find(earlier, placeOf(raw)).catch(() => undefined);
    if (found) sessions.end(found.session.id, 'signed-in-again');
  };

  return async (app) => {
    app.post('/api/session', async (request, reply) => {
      requireOwnOrigin(request.raw, secure);
      const { name, password } = checked(signInSchema, request.body);
      const caller = callerOf(request, reply);
      const opened = await signIn.signIn(name, password, caller);
      await endEarlier(request);
      const own = opened.signedIn.account.name;
      const session = answer(reply, opened);
      if (caller.browserOf(own) === undefined) reply.header('set-cookie', browser.set(own));
      return session;
    });

    app.get('/api/session', async ({ raw }) => toSession(await authenticate(raw, { allowPasswordDue: true })));

    app.delete('/api/session', async ({ raw }, reply) => {
      const { account, session } = await authenticate(raw, { allowPasswordDue: true });
      sessions.end(session.id, 'signed-out');
      const what = { who: account.id, what: 'sign-out', whom: account.id, detail: null };
      store.audit({ ...what, ip: addressOf(raw), atMs: clock.epochMs() });
      reply.header('set-cookie', cookie.clear()).code(204);
    });

    app.post('/api/session/password', async (request, reply) => {
      const who = await authenticate(request.raw, { allowPasswordDue: true });
      const { current, next } = checked(changePasswordSchema, request.body);
      return answer(reply, await signIn.changePassword(who, current, next, callerOf(request, reply)));
    });

    app.post('/api/first-admin', async (request, reply) => {
      requireOwnOrigin(request.raw, secure);
      const claim = checked(firstAdminSchema, request.body);
      const { address: ip, userAgent } = callerOf(request, reply);
      const { id, password_hash } = await firstAdmin.claim({ ...claim, ip });
      const opened = await sessions.open(id, password_hash, { ip, userAgent });
      await endEarlier(request);
      reply.code(201);
      return answer(reply, opened);
    });
  };
}

function toSession({ account, session }: SignedIn): Session {
  // Without what only the server knows of an account.
  return sessionSchema.parse({ account, csrfToken: session.csrfToken });
}
