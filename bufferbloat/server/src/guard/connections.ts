import type { IncomingMessage, Server } from 'node:http';
import type { Socket } from 'node:net';
import { addressKey, canonicalAddress, type Networks } from './address.ts';
import { Counts } from './counts.ts';
import { refuseUpgrade } from './respond.ts';
import { Refusal } from './refusals.ts';
import type { GuardLimits } from './settings.ts';

/** Options for `http(s).createServer` that bound what a client may make the parser hold and for how long. */
export const HTTP_OPTIONS = {
  maxHeaderSize: 8 * 1024,
  /** The whole head must have arrived by then (slow loris). */
  headersTimeout: 10_000,
  /** The whole request, an upload's body included, must have arrived by then. */
  requestTimeout: 90_000,
  keepAliveTimeout: 10_000,
  connectionsCheckingInterval: 2_000,
  noDelay: true,
  insecureHTTPParser: false,
} as const;

/** For answers that have no timer of their own: whoever reads nothing of one for so long has gone. */
const IDLE_MS = 60_000;

interface Entry {
  release: () => void;
  /** Why its first request will be refused. */
  surplus: 'too-many-connections' | 'server-full' | undefined;
}

/** Counts a server's connections by address and tells which are too many. */
export interface Connections {
  readonly open: number;
  /** Starts to watch a server; call it once, before `listen`. */
  watch(server: Server): void;
  /**
   * @param forKey whose the connection really is, when the main server opened it for somebody
   * @throws Refusal `too-many-connections`, `server-full` when the request came over a connection too many
   */
  check(request: IncomingMessage, forKey?: string): void;
}

/**
 * A connection over a limit gets a proper refusal for its first request; beyond twice the limit, where nobody can
 * expect an answer any more, it is closed at once. Trusted proxies are exempt from the limit per address.
 *
 * @param idleMs how long a connection may lie still before it is closed; loads and WebSockets have bounds of their own
 */
export function createConnections(limits: GuardLimits, trustedProxies: Networks, idleMs = IDLE_MS): Connections {
  const counts = new Counts();
  const entries = new Map<string, Entry>();

  const accept = (socket: Socket) => {
    const address = canonicalAddress(socket.remoteAddress ?? '');
    if (address === undefined) {
      socket.destroy(); // gone already
      return;
    }
    const key = addressKey(address);
    const ofAddress = trustedProxies.has(address) ? 0 : counts.of(key);
    if (ofAddress >= 2 * limits.connectionsPerAddress || counts.total >= 2 * limits.connections) {
      socket.destroy();
      return;
    }
    const remote = remoteOf(socket);
    const full = counts.total >= limits.connections ? 'server-full' : undefined;
    const surplus = ofAddress >= limits.connectionsPerAddress ? 'too-many-connections' : full;
    const entry: Entry = { release: counts.add(key), surplus };
    entries.set(remote, entry);
    socket.once('close', () => {
      entry.release();
      entries.delete(remote);
    });
  };

  return {
    get open() {
      return counts.total;
    },
    watch(server) {
      server.on('connection', accept);
      server.on('clientError', (error: NodeJS.ErrnoException, socket: Socket) => {
        if (error.code === 'ECONNRESET' || !socket.writable || socket.bytesWritten > 0) socket.destroy();
        else refuseUpgrade(socket, new Refusal(CLIENT_ERRORS[error.code ?? ''] ?? 'malformed-request'));
      });
      server.maxHeadersCount = 64;
      server.setTimeout(idleMs);
    },
    check(request, forKey) {
      const entry = entries.get(remoteOf(request.socket));
      if (entry && forKey !== undefined) {
        entry.release();
        const tooMany = counts.of(forKey) >= limits.connectionsPerAddress;
        entry.release = counts.add(forKey);
        if (tooMany) entry.surplus = 'too-many-connections';
        else if (entry.surplus === 'too-many-connections') entry.surplus = undefined; // that was the main server's
      }
      if (entry?.surplus) throw new Refusal(entry.surplus, { retryAfterS: 10 });
    },
  };
}

const remoteOf = (socket: Socket): string => `${socket.remoteAddress} ${socket.remotePort}`;

const CLIENT_ERRORS: Readonly<Record<string, 'request-timeout' | 'headers-too-large'>> = {
  ERR_HTTP_REQUEST_TIMEOUT: 'request-timeout',
  HPE_HEADER_OVERFLOW: 'headers-too-large',
};
