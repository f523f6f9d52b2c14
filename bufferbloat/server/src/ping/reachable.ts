import type { IncomingMessage } from 'node:http';
import { canonicalAddress } from '../guard/index.ts';

/**
 * The addresses that a data channel's answer offers.
 *
 * The one under which this client reached the WebSocket works and takes the same way as the load, which is the way to
 * be measured; another address of this machine might take a different one. The public address stands beside it where
 * the machine is behind NAT 1:1.
 *
 * @returns empty where all addresses of the machine are to be tried: behind a proxy, or on a link-local address, which
 * says nothing without its zone
 */
export function reachableAddresses(
  request: Pick<IncomingMessage, 'headers' | 'socket'>,
  publicAddress: string | null,
): string[] {
  const proxied = request.headers['x-forwarded-for'] !== undefined || request.headers['forwarded'] !== undefined;
  const local = canonicalAddress(request.socket.localAddress ?? '');
  const own = proxied || local === undefined || /^fe[89ab]/.test(local) ? [] : [local];
  return publicAddress === null ? own : [...new Set([publicAddress, ...own])];
}
