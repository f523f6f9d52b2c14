import { TOKEN_PARAMETER, USER_PATHS, type Discovery } from '@rowhouse/bufferbloat-protocol';
import type { Addressed } from './addressed.ts';
import type { Instance } from './instance.ts';

/** Where a user of the household is served. */
export type Place =
  | { readonly instance: Instance; readonly udp: boolean }
  /** The main server stands in. */
  | { readonly instance: undefined; readonly reason: string };

/** What a client is told of it. @param token goes into both URLs */
export function discoveryOf(userId: string, place: Place, addressed: Addressed, token: string): Discovery {
  const { instance } = place;
  const port = instance?.process.port ?? addressed.port;
  const url = (path: string) =>
    `${addressed.scheme}://${addressed.host}:${port}${path}?${TOKEN_PARAMETER}=${encodeURIComponent(token)}`;
  return {
    redirect: instance !== undefined,
    websocket_url: url(sessionPath(userId)),
    port,
    user_id: userId,
    architecture: instance ? 'simple_multiprocess' : 'single_process',
    process_isolation: instance !== undefined,
    instance: instance?.process.instance ?? 0,
    probe_url: url(USER_PATHS.probe),
    udp: place.instance ? place.udp : false,
    ...(place.instance ? {} : { reason: place.reason }),
  };
}

export const sessionPath = (userId: string): string => `${USER_PATHS.session}/${userId}`;

/** The user that a path names; `undefined` when it is not a session's path. */
export function userOfPath(pathname: string): string | undefined {
  const prefix = `${USER_PATHS.session}/`;
  return pathname.startsWith(prefix) ? pathname.slice(prefix.length) : undefined;
}
