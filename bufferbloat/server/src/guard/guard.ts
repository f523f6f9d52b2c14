import type { IncomingMessage, Server } from 'node:http';
import { LIMITS, TOKEN_PARAMETER } from '@rowhouse/bufferbloat-protocol';
import { addressKey, canonicalAddress, clientAddress, LOOPBACK, networks, type ProxyKind } from './address.ts';
import { Buckets } from './buckets.ts';
import { createConnections } from './connections.ts';
import { FORWARDED_HEADER, signForwarding, verifyForwarding } from './forwarding.ts';
import { createLoads, type Load } from './loads.ts';
import { checkHost, checkOrigin, isListed, type Host } from './origin.ts';
import { Refusal } from './refusals.ts';
import type { GuardSettings } from './settings.ts';
import { newTestId, signToken, verifyToken, type TokenClaims } from './token.ts';

/** Whoever sent a request that was let in. */
export interface Visitor {
  readonly address: string;
  /** What limits count by: the IPv4 address or the IPv6 /64. */
  readonly key: string;
  readonly host: Host;
  /** What forwarded the request: behind a proxy the connection here is not the visitor's own. */
  readonly proxy: ProxyKind;
  /** The request comes from this machine: by loopback, or from the very address that it is sent to. */
  readonly thisMachine: boolean;
  /** The main server passed the connection on: its TCP connection says nothing about the visitor's line. */
  readonly forwarded: boolean;
}

/** A test's permission, as `POST /tests` hands it out. */
interface Permission {
  readonly id: string;
  readonly token: string;
  /** Unix time in milliseconds. */
  readonly expiresAtMs: number;
}

/** All abuse protection of one process. Every method that refuses throws a `Refusal`. */
export interface Guard {
  /** Counts and bounds a server's connections; call once per server, before `listen`. */
  watch(server: Server): void;
  /** First thing for every request and upgrade: connection limit, Host, request rate. */
  admit(request: IncomingMessage): Visitor;
  /** Browsers only from pages of this server or of `corsOrigins`. @returns the origin to allow by CORS, if any */
  origin(request: IncomingMessage, visitor: Visitor): string | undefined;
  /** Whether it is this machine or one of `privateNetworks`, under a name that no foreign DNS can point here. */
  isPrivate(visitor: Visitor): boolean;
  /** Only for those for whom `isPrivate` holds. */
  private(visitor: Visitor): void;
  /** A new test's permission. @param lifeMs default: that of a single-user test */
  issue(visitor: Visitor, lifeMs?: number): Permission;
  /** Tells another process of this server, in `FORWARDED_HEADER`, for whom a connection is opened. */
  vouch(visitor: Visitor): string;
  /** What the token in the query says; `undefined` when there is none. */
  claims(url: URL): TokenClaims | undefined;
  /** Begins a transfer; without claims it eats into the address's small budget. */
  load(visitor: Visitor, claims: TokenClaims | undefined): Load;
  /** What is open now, for `/stats` and metrics. */
  stats(): { readonly connections: number; readonly loads: number; readonly outgoingBytes: number };
}

interface GuardOptions {
  readonly settings: GuardSettings;
  /** Shared by the processes of one server, at least 32 bytes. */
  readonly secret: Buffer;
  /** Unix time in milliseconds. */
  readonly nowMs?: () => number;
}

export function createGuard({ settings, secret, nowMs = Date.now }: GuardOptions): Guard {
  if (secret.byteLength < 32) throw new RangeError('the token secret has less than 32 bytes');
  const { limits } = settings;
  const trustedProxies = networks(settings.trustedProxies);
  const privateNetworks = networks(settings.privateNetworks);
  const connections = createConnections(limits, trustedProxies);
  const loads = createLoads(limits, nowMs);
  const requests = new Buckets({ capacity: limits.requestsPerS * 10, perS: limits.requestsPerS, nowMs });
  const tests = new Buckets({ capacity: limits.testsPerMinute, perS: limits.testsPerMinute / 60, nowMs });

  const isPrivate: Guard['isPrivate'] = (visitor) => {
    const near = visitor.thisMachine || privateNetworks.has(visitor.address);
    const named = visitor.host.literal || isListed(visitor.host, settings.allowedHosts);
    return near && named && visitor.proxy !== 'unknown';
  };

  return {
    watch: (server) => connections.watch(server),
    admit(request) {
      const forwarding = request.headers[FORWARDED_HEADER];
      const passedOn = forwarding === undefined ? undefined : verifyForwarding(secret, forwarding, nowMs());
      const sender = passedOn ?? clientAddress(request.socket.remoteAddress, request.headers, trustedProxies);
      const key = addressKey(sender.address);
      connections.check(request, passedOn ? key : undefined);
      const host = checkHost(request.headers, settings.allowedHosts);
      const waitS = requests.take(key);
      if (waitS > 0) throw new Refusal('too-many-requests', { retryAfterS: waitS });
      const own = canonicalAddress(request.socket.localAddress ?? '');
      const thisMachine = LOOPBACK.has(sender.address) || sender.address === own;
      return { ...sender, key, host, thisMachine, forwarded: passedOn !== undefined };
    },
    origin: (request, visitor) => checkOrigin(request.headers, visitor.host, settings.corsOrigins),
    isPrivate,
    private(visitor) {
      if (!isPrivate(visitor)) throw new Refusal('private');
    },
    issue(visitor, lifeMs = LIMITS.tokenMs) {
      const waitS = tests.take(visitor.key);
      if (waitS > 0) throw new Refusal('too-many-tests', { retryAfterS: waitS });
      const claims = { testId: newTestId(), expiresAtMs: Math.trunc(nowMs()) + lifeMs };
      return { id: claims.testId, token: signToken(secret, claims), expiresAtMs: claims.expiresAtMs };
    },
    vouch: (visitor) => signForwarding(secret, visitor, nowMs()),
    claims(url) {
      const token = url.searchParams.get(TOKEN_PARAMETER);
      return token === null ? undefined : verifyToken(secret, token, nowMs());
    },
    load: (visitor, claims) => loads.begin(visitor.key, claims === undefined),
    stats: () => ({ connections: connections.open, loads: loads.open, outgoingBytes: loads.outgoingBytes }),
  };
}

/** The request's path and query. @throws Refusal `malformed-request` for a target that is no URL */
export function requestUrl(request: IncomingMessage): URL {
  try {
    return new URL(request.url ?? '/', 'http://host.invalid');
  } catch {
    throw new Refusal('malformed-request');
  }
}
