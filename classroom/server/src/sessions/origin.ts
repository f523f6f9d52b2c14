import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import { ClassroomError } from '../http/errors.ts';

/**
 * Refuses what another site's page makes a browser send. Browsers say where a request comes from; programs that are no
 * browsers say nothing, and have no cookie of somebody else's to send along.
 *
 * @param secure TLS ends here or in front of us
 * @throws ClassroomError `foreign-origin`
 */
export function requireOwnOrigin({ headers }: IncomingMessage, secure: boolean): void {
  const site = headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin' && site !== 'none') throw new ClassroomError('foreign-origin');
  if (headers.origin === undefined) return;
  const own = `${secure ? 'https' : 'http'}://${headers.host ?? ''}`.toLowerCase();
  if (headers.origin.toLowerCase() !== own) throw new ClassroomError('foreign-origin');
}

/**
 * Refuses requests for names that are not ours: a name of a stranger's that was made to point to us would make
 * browsers take their page for one of ours.
 *
 * @param allowed none: every name
 * @throws ClassroomError `foreign-host`
 */
export function requireOwnHost({ headers }: IncomingMessage, allowed: readonly string[]): void {
  if (allowed.length === 0) return;
  const host = (headers.host ?? '')
    .toLowerCase()
    .replace(/:\d+$/, '')
    .replace(/^\[(.*)\]$/, '$1');
  if (host === 'localhost' || isIP(host) !== 0 || allowed.includes(host)) return;
  throw new ClassroomError('foreign-host');
}
