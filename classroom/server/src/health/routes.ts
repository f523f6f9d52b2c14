import { createHash, timingSafeEqual } from 'node:crypto';
import type { Metrics } from '@rowhouse/service';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { IncomingMessage } from 'node:http';
import { ClassroomError } from '../http/errors.ts';
import type { Authenticate } from '../sessions/api.ts';
import type { Figures } from './figures.ts';

export interface HealthRoutes {
  readonly figures: Figures;
  readonly metrics: Metrics;
  readonly authenticate: Authenticate;
  /** With which other machines may read the metrics; `null`: only this one may. */
  readonly metricsToken: string | null;
  /** Whether an address is a proxy's: what comes from there is nobody of this machine. */
  readonly isProxy: (address: string) => boolean;
  readonly stopping: () => boolean;
}

/** `/health…` for everybody, `/system-stats` for teachers, `/metrics` for this machine and whoever has the token. */
export function healthRoutes(options: HealthRoutes): (app: FastifyInstance) => Promise<void> {
  const { figures, metrics, isProxy, stopping } = options;
  const isOperator = (request: FastifyRequest) => isThisMachine(request.raw, isProxy);
  return async (app) => {
    app.get('/health', async (_request, reply) => reply.header('cache-control', 'no-store').send(figures.health()));
    // Alive as long as it answers: what restarts a process must not do so because a database is away.
    app.get('/health/live', async (_request, reply) => reply.header('cache-control', 'no-store').send({ live: true }));
    app.get('/health/ready', async (_request, reply) => {
      const ready = !stopping() && figures.health().status !== 'unhealthy';
      return reply
        .code(ready ? 200 : 503)
        .header('cache-control', 'no-store')
        .send({ ready });
    });
    app.get('/system-stats', async (request, reply) => {
      if (!isOperator(request)) {
        const { account } = await options.authenticate(request.raw);
        if (account.role === 'student') throw new ClassroomError('not-allowed');
      }
      return reply.header('cache-control', 'no-store').send(figures.systemStats());
    });
    app.get('/metrics', async (request, reply) => {
      if (!isOperator(request) && !hasToken(request, options.metricsToken)) throw new ClassroomError('not-allowed');
      const text = await metrics.text();
      return reply.header('cache-control', 'no-store').header('content-type', metrics.contentType).send(text);
    });
  };
}

/** What proxies add; some of them add nothing, and must be named in the settings. */
const FORWARDED = /^(?:forwarded|via|x-forwarded(?:-.*)?|x-real-ip|x-client-ip|true-client-ip|cf-.*)$/;

/** From a program of this machine: not through a proxy, and not by the name of a page that somebody pointed here. */
export function isThisMachine(
  { socket, headers }: Pick<IncomingMessage, 'socket' | 'headers'>,
  isProxy: (address: string) => boolean,
): boolean {
  const address = socket.remoteAddress ?? '';
  const isLoopback = address === '::1' || /^(?:::ffff:)?127\./.test(address);
  const forwarded = Object.keys(headers).some((name) => FORWARDED.test(name));
  const foreign = headers.origin !== undefined || (headers['sec-fetch-site'] ?? 'none') !== 'none';
  const byName = /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])(?::\d+)?$/i.test(headers.host ?? '');
  return isLoopback && !isProxy(address) && !forwarded && !foreign && byName;
}

/** Compared by digest: neither its length nor its first characters can be found out by time. */
function hasToken({ raw }: FastifyRequest, token: string | null): boolean {
  if (token === null) return false;
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(raw.headers.authorization ?? ''), digest(`Bearer ${token}`));
}
