import type { IncomingMessage } from 'node:http';
import { BlockList, isIP, isIPv4 } from 'node:net';

/**
 * Whether an address is that of a proxy which is trusted.
 *
 * @param trustedProxies addresses and networks such as `10.0.0.0/8`
 */
export function trustedProxy(trustedProxies: readonly string[]): (address: string) => boolean {
  const trusted = new BlockList();
  for (const entry of trustedProxies) {
    const [address = '', prefix] = entry.split('/');
    const family = isIPv4(address) ? 'ipv4' : 'ipv6';
    trusted.addSubnet(address, prefix === undefined ? (family === 'ipv4' ? 32 : 128) : Number(prefix), family);
  }
  return (given) => {
    const address = plain(given);
    return isIP(address) !== 0 && trusted.check(address, isIPv4(address) ? 'ipv4' : 'ipv6');
  };
}

/**
 * Who sent a request: the socket's address, or, where that is a trusted proxy's, the last one before it in
 * `X-Forwarded-For` that is not. A header from anybody else is only a claim.
 */
export function clientAddress(isTrusted: (address: string) => boolean): (request: IncomingMessage) => string {
  return ({ socket, headers }) => {
    let address = plain(socket.remoteAddress ?? 'unknown');
    const hops = [headers['x-forwarded-for'] ?? []].flat().join(',').split(',');
    for (const hop of hops.toReversed()) {
      if (!isTrusted(address)) break;
      const before = plain(hop.trim());
      if (isIP(before) === 0) break;
      address = before;
    }
    return address;
  };
}

/** `::ffff:10.0.0.1` is `10.0.0.1`. */
const plain = (address: string): string => address.replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i, '');
