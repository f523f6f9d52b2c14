import { MAIN_PATHS, type Ticket, ticketSchema } from '@rowhouse/bufferbloat-protocol';
import type { StreamRegistry } from '../../shared/registry.ts';
import { requestJson } from './request.ts';

/** Asks for permission to run one test. Throws a `RunFailure`: `unreachable`, `refused` or `bad-answer`. */
export function requestTicket(base: URL, mode: 'single' | 'household', registry: StreamRegistry): Promise<Ticket> {
  const url = new URL(MAIN_PATHS.tests, base);
  if (mode === 'household') url.searchParams.set('mode', mode);
  return requestJson({ url, method: 'POST', schema: ticketSchema, registry, label: 'ticket' });
}
