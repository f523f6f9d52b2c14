import { networkInterfaces } from 'node:os';

/**
 * The addresses under which a person can open a server, this machine's own name first.
 *
 * @param host what it listens on, or a name of that; `::` and `0.0.0.0` are every address
 */
export function serverAddresses(scheme: 'http' | 'https', host: string, port: number): string[] {
  const url = (name: string) => `${scheme}://${name.includes(':') ? `[${name}]` : name}:${port}`;
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
