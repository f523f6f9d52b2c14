import { canonicalAddress, type Visitor } from '../guard/index.ts';

/**
 * The addresses that a data channel's answer offers.
 *
 * The one under which this client reached the WebSocket works and takes the same way as the load, which is the way to
 * be measured; another address of this machine might take a different one. The public address stands beside it where
 * the machine is behind NAT 1:1.
 *
 * @param localAddress where the WebSocket's connection ends here
 * @param proxy what forwarded it; only a trusted proxy is believed, for whoever makes a header up must not learn all
 * addresses of this machine
 * @returns empty where all addresses of the machine are to be tried: behind a trusted proxy, or on a link-local address,
 * which says nothing without its zone
 */
export function reachableAddresses(
  localAddress: string | undefined,
  proxy: Visitor['proxy'],
  publicAddress: string | null,
): string[] {
  const local = canonicalAddress(localAddress ?? '');
  const own = proxy === 'trusted' || local === undefined || /^fe[89ab]/.test(local) ? [] : [local];
  return publicAddress === null ? own : [...new Set([publicAddress, ...own])];
}
