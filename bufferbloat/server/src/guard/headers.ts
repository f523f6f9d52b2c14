/**
 * On every response. No foreign host may serve anything to the page, nobody may frame it, and the page is cross-origin
 * isolated, which gives it the 5 µs clock where the browser allows it (https or localhost).
 *
 * `connect-src` names the WebSocket schemes because the probe server listens on another port of the same host, which
 * 'self' does not cover and CSP cannot express without naming the host.
 */
export const SECURITY_HEADERS = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; " +
    "connect-src 'self' ws: wss:; worker-src 'self'; manifest-src 'self'; " +
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'permissions-policy': 'camera=(), geolocation=(), microphone=()',
} as const;
