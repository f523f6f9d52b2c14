import type { IncomingHttpHeaders } from 'node:http';
import { parseHost, Refusal, type Visitor } from '../../guard/index.ts';

/** How the client reached this server, and so how it will reach the others of this machine. */
export interface Addressed {
  /** `ws` or `wss`. */
  readonly scheme: 'ws' | 'wss';
  /** As a URL has it: IPv6 in brackets. */
  readonly host: string;
  /** Port of the main server, as the client sees it. */
  readonly port: number;
}

/**
 * The host and scheme that the client used. `X-Forwarded-Host` and `X-Forwarded-Proto` are believed from a trusted
 * proxy only; of a list the first entry counts, which is what the client said to the outermost proxy.
 *
 * @throws Refusal `bad-host` for a forwarded host that is none
 */
export function addressedAs(headers: IncomingHttpHeaders, visitor: Visitor, encrypted: boolean): Addressed {
  const trusted = visitor.proxy === 'trusted';
  const forwardedHost = trusted ? first(headers['x-forwarded-host']) : undefined;
  const forwardedProto = trusted ? first(headers['x-forwarded-proto'])?.toLowerCase() : undefined;
  const host = forwardedHost === undefined ? visitor.host : parseHost(forwardedHost);
  if (!host) throw new Refusal('bad-host');
  const secure = forwardedProto === undefined ? encrypted : forwardedProto === 'https' || forwardedProto === 'wss';
  return {
    scheme: secure ? 'wss' : 'ws',
    host: host.hostname.includes(':') ? `[${host.hostname}]` : host.hostname,
    port: host.port ?? (secure ? 443 : 80),
  };
}

function first(header: string | string[] | undefined): string | undefined {
  const text = Array.isArray(header) ? header[0] : header;
  const entry = text?.split(',', 1)[0]?.trim();
  return entry === '' ? undefined : entry;
}
