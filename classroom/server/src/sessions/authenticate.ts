import { timingSafeEqual } from 'node:crypto';
import { ClassroomError } from '../http/errors.ts';
import type { Authenticate } from './api.ts';
import type { SessionCookie } from './cookies.ts';
import { requireOwnOrigin } from './origin.ts';
import type { Sessions } from './sessions.ts';
import { hashToken } from './tokens.ts';

const READING = new Set(['GET', 'HEAD']);

/** See `Authenticate`. @param secure TLS ends here or in front of us */
export function createAuthenticate(sessions: Sessions, cookie: SessionCookie, secure: boolean): Authenticate {
  return async (request, { allowPasswordDue = false } = {}) => {
    const changes = !READING.has(request.method ?? '');
    if (changes || request.headers.upgrade !== undefined) requireOwnOrigin(request, secure);
    const token = cookie.read(request.headers.cookie);
    const found = token && (await sessions.find(token));
    if (!found) throw new ClassroomError('not-signed-in');
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
