import { timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Place } from '../accounts/fair-line.ts';
import { ClassroomError } from '../http/errors.ts';
import type { Authenticate } from './api.ts';
import type { SessionCookie } from './cookies.ts';
import { requireOwnHost, requireOwnOrigin } from './origin.ts';
import type { Sessions } from './sessions.ts';
import { hashToken } from './tokens.ts';

const READING = new Set(['GET', 'HEAD']);

export interface AuthenticateParts {
  readonly sessions: Pick<Sessions, 'find'>;
  readonly cookie: SessionCookie;
  /** TLS ends here or in front of us. */
  readonly secure: boolean;
  /** Where somebody waits whose session must be looked up. */
  readonly placeOf: (request: IncomingMessage) => Place;
  /** Their token is none of ours. */
  readonly onUnknown: (request: IncomingMessage) => void;
  /** As `requireOwnHost` takes them. */
  readonly allowedHosts: readonly string[];
  /** Counts the request of a session. @throws ClassroomError `too-many-requests`, `too-many-connections` */
  readonly admit: (request: IncomingMessage, session: string) => void;
}

/** See `Authenticate`. */
export function createAuthenticate(parts: AuthenticateParts): Authenticate {
  const { sessions, cookie, secure, placeOf, onUnknown, allowedHosts, admit } = parts;
  return async (request, { allowPasswordDue = false } = {}) => {
    requireOwnHost(request, allowedHosts);
    const changes = !READING.has(request.method ?? '');
    if (changes || request.headers.upgrade !== undefined) requireOwnOrigin(request, secure);
    const token = cookie.read(request.headers.cookie);
    const found = token && (await sessions.find(token, placeOf(request)));
    if (token && !found) onUnknown(request);
    if (!found) throw new ClassroomError('not-signed-in');
    admit(request, found.session.id);
    if (changes && !isToken(request.headers['x-csrf-token'], found.session.csrfToken))
      throw new ClassroomError('bad-csrf-token');
    if (found.account.mustChangePassword && !allowPasswordDue) throw new ClassroomError('password-change-required');
    return found;
  };
}

function isToken(given: string | string[] | undefined, token: string): boolean {
  // Of hashes, which are of one length, so that the time it takes says nothing.
  return typeof given === 'string' && timingSafeEqual(hashToken(given), hashToken(token));
}
