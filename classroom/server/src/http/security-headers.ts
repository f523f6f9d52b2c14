import type { FastifyInstance, FastifyReply } from 'fastify';

/**
 * Nothing from elsewhere, in no frame. Pictures also from data and blobs: plots come over the WebSocket. Styles also
 * within the page: the editor makes them as it goes.
 *
 * No Strict-Transport-Security: it would hold for every port of this host, and other applications may be on them.
 */
const POLICY = [
  "default-src 'self'",
  "img-src 'self' data: blob:",
  "style-src 'self' 'unsafe-inline'",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ');

const HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy': POLICY,
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), microphone=(), geolocation=(), payment=(), usb=()',
};

/** On every answer; a route that needs it otherwise sets its own. What the API answers is kept nowhere. */
export function addSecurityHeaders(app: FastifyInstance): void {
  app.addHook('onRequest', async (request, reply) => {
    setSecurityHeaders(reply);
    if (request.url.startsWith('/api/')) reply.header('cache-control', 'no-store');
  });
}

/** For answers before any hook has run. */
export function setSecurityHeaders(reply: FastifyReply): void {
  reply.headers(HEADERS);
}
