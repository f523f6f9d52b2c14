import { createServer, type RequestListener, type Server, type ServerOptions } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { type TlsMaterial, tlsOptions } from '@rowhouse/service';

/** Whoever sends their headers slower than this is not somebody with a slow line. */
const HEADERS_MS = 15_000;
/** For the largest file over a slow line. */
const REQUEST_MS = 15 * 60_000;
/** Longer than the idle timeout of usual load balancers (60 s), so that they never send into a closing connection. */
const KEEP_ALIVE_MS = 75_000;

const OPTIONS: ServerOptions = {
  headersTimeout: HEADERS_MS,
  requestTimeout: REQUEST_MS,
  keepAliveTimeout: KEEP_ALIVE_MS,
  connectionsCheckingInterval: 5_000,
  maxHeaderSize: 16 * 1024,
};

/** For the first words of TLS. */
const HANDSHAKE_MS = 10_000;

/** With TLS or without, and with deadlines for those who are slow on purpose. */
export function createNodeServer(handler: RequestListener, tls: TlsMaterial | null): Server {
  // A TLS server is told apart by nothing that anybody uses here.
  return tls
    ? createTlsServer({ ...OPTIONS, ...tlsOptions(tls), handshakeTimeout: HANDSHAKE_MS }, handler)
    : createServer(OPTIONS, handler);
}
