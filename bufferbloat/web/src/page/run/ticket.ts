import { errorBodySchema, MAIN_PATHS, type Ticket, ticketSchema } from '@rowhouse/bufferbloat-protocol';
import type { StreamRegistry } from '../../shared/registry.ts';
import { RunFailure } from './failures.ts';

/** How long the server may take to answer, in milliseconds. */
const ANSWER_MS = 10_000;

/** Asks for permission to run one test. Throws a `RunFailure`: `unreachable`, `refused` or `bad-answer`. */
export async function requestTicket(base: URL, registry: StreamRegistry): Promise<Ticket> {
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), ANSWER_MS);
  const stream = registry.open({ kind: 'request', label: 'ticket', cancel: () => abort.abort() });
  try {
    const response = await fetch(new URL(MAIN_PATHS.tests, base), {
      method: 'POST',
      signal: abort.signal,
      cache: 'no-store',
    });
    const body: unknown = await response.json().catch(() => undefined);
    return ticketOf(response, body);
  } catch (thrown) {
    throw thrown instanceof RunFailure ? thrown : new RunFailure('unreachable');
  } finally {
    clearTimeout(timer);
    stream.release();
  }
}

function ticketOf(response: Response, body: unknown): Ticket {
  if (response.ok) {
    const ticket = ticketSchema.safeParse(body);
    if (ticket.success) return ticket.data;
    throw new RunFailure('bad-answer');
  }
  const refusal = errorBodySchema.safeParse(body);
  if (refusal.success) throw new RunFailure('refused', refusal.data.error.message, refusal.data.error.retryAfterS);
  // A proxy in front answers 502 to 504 while the server is away.
  throw new RunFailure(response.status >= 502 ? 'unreachable' : 'bad-answer');
}
