import { sessionRequestSchema, type SessionRequest } from '@rowhouse/bufferbloat-protocol';

/** Reads a client's text message; `undefined` for anything that is not one of the protocol. */
export function readRequest(text: string): SessionRequest | undefined {
  try {
    const parsed = sessionRequestSchema.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}
