import type { Clock } from '@rowhouse/supervisor';
import type { FastifyInstance } from 'fastify';
import type { IncomingMessage } from 'node:http';
import { ClassroomError } from './errors.ts';
import { sayLast } from './last-words.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Its body may take as long as a large file over a slow line. */
    readonly largeBody?: boolean;
  }
}

/** What is no file is small: whoever takes longer for it holds a connection and nothing else. */
const BODY_MS = 30_000;

/** Ends requests whose body does not come. */
export function addBodyDeadline(app: FastifyInstance, after: Clock['after'], mostMs = BODY_MS): void {
  app.addHook('onRequest', async ({ raw, routeOptions }) => {
    if (routeOptions.config.largeBody || !announcesBody(raw)) return;
    const cancel = after(mostMs, () => {
      if (!raw.complete) sayLast(raw.socket, TOO_SLOW);
    });
    raw.once('close', cancel);
  });
}

function announcesBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

const { code, message } = new ClassroomError('timed-out');
const BODY = JSON.stringify({ error: { code, message } });
const TOO_SLOW = [
  'HTTP/1.1 408 Request Timeout',
  'content-type: application/json; charset=utf-8',
  `content-length: ${Buffer.byteLength(BODY)}`,
  'connection: close',
  '',
  BODY,
].join('\r\n');
