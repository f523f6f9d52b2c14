import { isIP, isIPv6 } from 'node:net';
import type { IncomingHttpHeaders } from 'node:http';
import { Refusal } from './refusals.ts';

/** The host a client addressed. */
export interface Host {
  /** Lower case, without brackets and port. */
  readonly hostname: string;
  readonly port: number | undefined;
  /** An IP address or localhost: a name that no foreign DNS can point here (DNS rebinding). */
  readonly literal: boolean;
}

const LABEL = '[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?';
const HOST = new RegExp(`^(?:\\[([0-9a-f:.]{2,45})\\]|(${LABEL}(?:\\.${LABEL})*)\\.?)(?::(\\d{1,5}))?$`, 'i');

/** Reads a Host header; `undefined` unless it is a valid name, IPv4 address or bracketed IPv6 address with an optional port. */
export function parseHost(header: string | undefined): Host | undefined {
  if (header === undefined || header.length > 261) return undefined;
  const match = HOST.exec(header);
  if (!match) return undefined;
  const [, v6, name, portText] = match;
  if (v6 !== undefined && !isIPv6(v6)) return undefined;
  const port = portText === undefined ? undefined : Number(portText);
  if (port !== undefined && (port < 1 || port > 65_535)) return undefined;
  const hostname = (v6 ?? name ?? '').toLowerCase();
  const literal = isIP(hostname) !== 0 || hostname === 'localhost' || hostname.endsWith('.localhost');
  // All-numeric last labels are IPv4 addresses to a browser; one that is not in dotted form is a disguise.
  if (!literal && /(?:^|\.)\d+$/.test(hostname)) return undefined;
  return { hostname, port, literal };
}

/**
 * Checks the Host header. With `allowedHosts` a page of a foreign name that was pointed at this server (DNS rebinding)
 * is turned away; addresses and localhost cannot be rebound and stay allowed. Without the list every valid name is
 * answered, and only what is private asks for more (see `Guard.private`).
 *
 * @throws Refusal `bad-host`, `unknown-host`
 */
export function checkHost(headers: IncomingHttpHeaders, allowedHosts: readonly string[]): Host {
  const host = parseHost(headers.host);
  if (!host) throw new Refusal('bad-host');
  if (allowedHosts.length > 0 && !host.literal && !isListed(host, allowedHosts)) throw new Refusal('unknown-host');
  return host;
}

export const isListed = (host: Host, allowedHosts: readonly string[]): boolean => allowedHosts.includes(host.hostname);

/**
 * Checks that a browser acts for a page of this server: the Origin has the Host's name (the port may differ, the page
 * and the probes live on two) or is configured. Programs that are not browsers send no Origin and may pass; a browser
 * that leaves it out still says `Sec-Fetch-Site`.
 *
 * @returns the origin to name in `Access-Control-Allow-Origin`; `undefined` when there is none
 * @throws Refusal `foreign-origin`
 */
export function checkOrigin(
  headers: IncomingHttpHeaders,
  host: Host,
  corsOrigins: readonly string[],
): string | undefined {
  const { origin } = headers;
  if (corsOrigins.includes('*')) return origin;
  if (origin === undefined) {
    if (headers['sec-fetch-site'] === 'cross-site') throw new Refusal('foreign-origin');
    return undefined;
  }
  if (corsOrigins.includes(origin)) return origin;
  const hostname = hostnameOfOrigin(origin);
  if (hostname === undefined || hostname !== host.hostname) throw new Refusal('foreign-origin');
  return origin;
}

/** The name in a web origin (`https://name:port`); `undefined` for `null` and everything else. */
export function hostnameOfOrigin(origin: string): string | undefined {
  const match = /^https?:\/\/([^/?#@\s]+)$/i.exec(origin);
  return match ? parseHost(match[1])?.hostname : undefined;
}
