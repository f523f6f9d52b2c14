import { networkInterfaces } from 'node:os';

/**
 * The addresses under which a person can open a server, this machine's own name first.
 *
 * @param host what it listens on; `::` and `0.0.0.0` are every address
 */
export function reachableAddresses(scheme: 'http' | 'https', host: string, port: number): string[] {
  const url = (name: string) => `${scheme}://${name.includes(':') ? `[${name}]` : name}:${port}`;
  if (host === '127.0.0.1' || host === '::1') return [url('localhost')];
  if (host !== '::' && host !== '0.0.0.0') return [url(host)];
  const lan = Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter(({ internal, family, address }) => {
      const reachable = family === 'IPv4' || (host === '::' && !address.startsWith('fe80:'));
      return !internal && reachable;
    })
    .map(({ address }) => url(address));
  return [url('localhost'), ...new Set(lan)];
}
