import { createHmac, timingSafeEqual } from 'node:crypto';
import { canonicalAddress, type Sender } from './address.ts';
import { Refusal } from './refusals.ts';

/**
 * By which the main server tells a user process for whom it opens a connection. Signed, for whoever could make it up
 * could choose the address that limits count by.
 */
export const FORWARDED_HEADER = 'x-rowhouse-forwarded';

/** It is used at once; one that leaks is soon worthless. */
const LIFE_MS = 10_000;
const VALUE = /^([0-9a-f.:]{2,45}|unknown);(none|trusted|unknown);([0-9a-z]{1,9});([A-Za-z0-9_-]{43})$/;

/** The header's value: who sent the request that is passed on. */
export function signForwarding(secret: Buffer, { address, proxy }: Sender, nowMs: number): string {
  const content = `${address};${proxy};${Math.trunc(nowMs + LIFE_MS).toString(36)}`;
  return `${content};${signature(secret, content)}`;
}

/** @throws Refusal `malformed-request` when it is not signed by this server or too old */
export function verifyForwarding(secret: Buffer, header: string | readonly string[], nowMs: number): Sender {
  const match = typeof header === 'string' ? VALUE.exec(header) : null;
  const [, sender = '', proxy = '', expiry = '', given = ''] = match ?? [];
  const expected = Buffer.from(signature(secret, `${sender};${proxy};${expiry}`));
  const same = given.length === expected.byteLength && timingSafeEqual(Buffer.from(given), expected);
  if (!same || nowMs >= Number.parseInt(expiry, 36)) throw new Refusal('malformed-request');
  return { address: canonicalAddress(sender) ?? 'unknown', proxy: proxy as Sender['proxy'] };
}

/** The first word keeps these signatures apart from those of tokens. */
const signature = (secret: Buffer, content: string): string =>
  createHmac('sha256', secret).update(`forwarded ${content}`).digest('base64url');
