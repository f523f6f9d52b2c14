import { BlockList, isIP, isIPv4, isIPv6 } from 'node:net';
import type { IncomingHttpHeaders } from 'node:http';

/** A set of networks; `has` takes a canonical address. */
export interface Networks {
  has(address: string): boolean;
}

/**
 * One spelling per address: no zone, IPv4-mapped IPv6 as IPv4 (`::ffff:10.0.0.1` → `10.0.0.1`).
 *
 * @returns `undefined` for text that is not an IP address
 */
export function canonicalAddress(text: string): string | undefined {
  const zone = text.indexOf('%');
  const address = zone === -1 ? text : text.slice(0, zone);
  if (isIPv4(address)) return address;
  const groups = ipv6Groups(address);
  if (!groups) return undefined;
  const [high = 0, low = 0] = groups.slice(6);
  const mapped = groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff;
  return mapped ? `${high >> 8}.${high & 255}.${low >> 8}.${low & 255}` : address.toLowerCase();
}

/**
 * What limits are counted by: an IPv4 address, or the /64 of an IPv6 address (a household owns all 2^64 of them).
 * Text that is no address shares one key, so that it cannot escape the limits.
 */
export function addressKey(address: string): string {
  const canonical = canonicalAddress(address);
  if (canonical === undefined) return 'unknown';
  if (isIPv4(canonical)) return canonical;
  const network = (ipv6Groups(canonical) ?? []).slice(0, 4);
  return `${network.map((group) => group.toString(16)).join(':')}::/64`;
}

/** The eight 16-bit groups of an IPv6 address; `undefined` when it is not one. */
function ipv6Groups(address: string): number[] | undefined {
  if (!isIPv6(address)) return undefined;
  const hex = address.replace(/(\d+)\.(\d+)\.(\d+)\.(\d+)$/, (_dotted, a: string, b: string, c: string, d: string) =>
    [(Number(a) << 8) | Number(b), (Number(c) << 8) | Number(d)].map((group) => group.toString(16)).join(':'),
  );
  const [head = '', tail] = hex.split('::');
  const parse = (part: string) => (part === '' ? [] : part.split(':').map((group) => Number.parseInt(group, 16)));
  const first = parse(head);
  const last = tail === undefined ? [] : parse(tail);
  return [...first, ...Array.from<number>({ length: 8 - first.length - last.length }).fill(0), ...last];
}

/** Whether `text` is an address or a network in CIDR notation (`10.0.0.0/8`, `fd00::/8`). */
export function isNetwork(text: string): boolean {
  const [address = '', prefix, ...rest] = text.split('/');
  const family = isIP(address);
  if (family === 0 || rest.length > 0) return false;
  return prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) <= (family === 4 ? 32 : 128));
}

/** @throws RangeError for an entry that is neither an address nor a network (configuration checks with `isNetwork`) */
export function networks(list: readonly string[]): Networks {
  const blocks = new BlockList();
  for (const entry of list) {
    if (!isNetwork(entry)) throw new RangeError(`${JSON.stringify(entry)} is not an address or a network`);
    const [address = '', prefix] = entry.split('/');
    const family = isIPv4(address) ? 'ipv4' : 'ipv6';
    blocks.addSubnet(address, prefix === undefined ? (family === 'ipv4' ? 32 : 128) : Number(prefix), family);
  }
  return { has: (address) => isIP(address) !== 0 && blocks.check(address, isIPv4(address) ? 'ipv4' : 'ipv6') };
}

export const LOOPBACK = networks(['127.0.0.0/8', '::1']);

/** Whoever sent a request, as far as it can be known. */
export interface Sender {
  /** Canonical; `unknown` when the socket is already closed. */
  readonly address: string;
  readonly proxy: ProxyKind;
}

/**
 * What forwarded a request: nothing that says so, a trusted proxy, or something that is not trusted and says nothing
 * about who is behind it (it may as well be the client itself that made the header up).
 */
export type ProxyKind = 'none' | 'trusted' | 'unknown';

/**
 * The address of whoever sent a request. Forwarding headers are believed only from a trusted proxy, and only as far
 * back as the chain of trusted proxies reaches: the last hop that is not one of them is the client.
 */
export function clientAddress(
  peer: string | undefined,
  headers: IncomingHttpHeaders,
  trustedProxies: Networks,
): Sender {
  let address = canonicalAddress(peer ?? '') ?? 'unknown';
  const forwardedFor = headers['x-forwarded-for'];
  if (forwardedFor === undefined && headers['forwarded'] === undefined) return { address, proxy: 'none' };
  if (!trustedProxies.has(address)) return { address, proxy: 'unknown' };
  const hops = (Array.isArray(forwardedFor) ? forwardedFor.join(',') : (forwardedFor ?? '')).split(',').toReversed();
  for (const hop of hops) {
    const before = canonicalAddress(hop.trim());
    if (before === undefined) break;
    address = before;
    if (!trustedProxies.has(address)) break;
  }
  return { address, proxy: 'trusted' };
}
