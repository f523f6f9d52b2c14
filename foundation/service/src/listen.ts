import { createSocket } from 'node:dgram';
import { createServer, type Server } from 'node:net';
import { ServiceError, systemReason } from './errors.ts';

/**
 * Starts to listen. `::` means every address of both families, and falls back to `0.0.0.0` on a machine without IPv6.
 *
 * @param what names the server in the error
 * @returns the port, also when 0 was asked for
 * @throws ServiceError `ERR_LISTEN`
 */
export async function listen(server: Server, what: string, host: string, port: number): Promise<number> {
  try {
    return await attempt(server, host, port);
  } catch (error) {
    if (host === '::' && hasNoIpv6(error)) return listen(server, what, '0.0.0.0', port);
    throw new ServiceError('ERR_LISTEN', { what, host, port, reason: systemReason(error) });
  }
}

/** Makes sure that a port can be had, and picks one for 0. @throws ServiceError `ERR_LISTEN` */
export async function reservePort(what: string, host: string, port: number): Promise<number> {
  const server = createServer();
  const reserved = await listen(server, what, host, port);
  await new Promise((resolve) => server.close(resolve));
  return reserved;
}

/** Makes sure that a UDP port can be had. @throws ServiceError `ERR_LISTEN` */
export async function reserveUdpPort(what: string, host: string, port: number): Promise<void> {
  const socket = createSocket(host.includes(':') ? 'udp6' : 'udp4');
  try {
    await new Promise<void>((resolve, reject) => {
      socket.once('error', reject);
      socket.bind({ address: host, port, exclusive: true }, resolve);
    });
  } catch (error) {
    if (host === '::' && hasNoIpv6(error)) return reserveUdpPort(what, '0.0.0.0', port);
    throw new ServiceError('ERR_LISTEN', { what, host, port, reason: systemReason(error) });
  } finally {
    socket.close();
  }
  return undefined;
}

function attempt(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const onError = (error: Error) => reject(error);
    server.once('error', onError);
    server.listen({ host, port, ipv6Only: false, backlog: 1024 }, () => {
      server.off('error', onError);
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : port);
    });
  });
}

function hasNoIpv6(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return code === 'EAFNOSUPPORT' || code === 'EADDRNOTAVAIL' || code === 'EINVAL';
}
