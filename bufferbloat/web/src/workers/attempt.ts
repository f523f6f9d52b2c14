import { errorBodySchema } from '@rowhouse/bufferbloat-protocol';
import type { LoadFailure } from '../shared/messages.ts';

/** How one load request ended. */
export type AttemptEnd =
  /** It was aborted by us, or reached the end of its body. */
  { readonly ok: true } | { readonly ok: false; readonly failure: LoadFailure };

export const ENDED: AttemptEnd = { ok: true };

/** Why a server did not take a load request, in its own words where it has any. */
export async function refusalOf(response: Response): Promise<AttemptEnd> {
  const body = errorBodySchema.safeParse(await response.json().catch(() => undefined));
  const code = response.status === 401 ? 'token-expired' : 'refused';
  if (!body.success) return { ok: false, failure: { code } };
  const { message, retryAfterS } = body.data.error;
  return { ok: false, failure: { code, message, ...(retryAfterS === undefined ? {} : { retryAfterS }) } };
}

/** What a request that threw means: nothing when we aborted it ourselves, else that the connection was lost. */
export function endOfThrown(signal: AbortSignal): AttemptEnd {
  return signal.aborted ? ENDED : { ok: false, failure: { code: 'load-lost' } };
}
