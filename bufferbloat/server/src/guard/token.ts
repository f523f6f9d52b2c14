import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { Refusal } from './refusals.ts';

/** What a token says. */
export interface TokenClaims {
  readonly testId: string;
  /** Unix time in milliseconds. */
  readonly expiresAtMs: number;
}

const TOKEN = /^([A-Za-z0-9_-]{22})\.([0-9a-z]{1,9})\.([A-Za-z0-9_-]{43})$/;

/** A new test's id: 128 random bits. */
export const newTestId = (): string => randomBytes(16).toString('base64url');

/**
 * Signs a test's permission: `id.expiry.signature`, HMAC-SHA256.
 *
 * It is bound to the test and the time, not to an address: a client may reach the page over IPv6 and the probe port
 * over IPv4, or change its network in mid-test. A token that leaks is worth one test for two minutes, and what it may
 * load is still limited by address.
 */
export function signToken(secret: Buffer, claims: TokenClaims): string {
  const content = `${claims.testId}.${Math.trunc(claims.expiresAtMs).toString(36)}`;
  return `${content}.${signature(secret, content)}`;
}

/** @throws Refusal `bad-token`, `expired-token` */
export function verifyToken(secret: Buffer, token: string, nowMs: number): TokenClaims {
  const match = TOKEN.exec(token);
  if (!match) throw new Refusal('bad-token');
  const [, testId = '', expiry = '', given = ''] = match;
  if (!isSame(given, signature(secret, `${testId}.${expiry}`))) throw new Refusal('bad-token');
  const expiresAtMs = Number.parseInt(expiry, 36);
  if (nowMs >= expiresAtMs) throw new Refusal('expired-token');
  return { testId, expiresAtMs };
}

/** Compares without telling by its duration where the difference is. */
function isSame(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  return a.byteLength === b.byteLength && timingSafeEqual(a, b);
}

const signature = (secret: Buffer, content: string): string =>
  createHmac('sha256', secret).update(content).digest('base64url');
