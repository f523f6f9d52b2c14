import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { MAIN_PATHS, type Ticket, ticketSchema } from '@rowhouse/bufferbloat-protocol';
import { CliError, messageOf } from './errors.ts';
import { parseJson, readText, refusal, request } from './http.ts';

const ANSWER_MS = 10_000;

/** Asks for one test. Throws `unreachable`, `refused` or `bad-answer`. */
export async function requestTicket(server: URL, signal: AbortSignal): Promise<Ticket> {
  const { status, body } = await post(new URL(MAIN_PATHS.tests, server), signal);
  if (status < 200 || status > 299) throw refusal(status, body);
  const { data } = ticketSchema.safeParse(parseJson(body));
  if (data === undefined) throw new CliError('bad-answer', `${server.origin} is not a bufferbloat test server`);
  return data;
}

async function post(url: URL, signal: AbortSignal): Promise<{ status: number; body: string }> {
  try {
    const asked = request(url, { method: 'POST', signal: AbortSignal.any([signal, AbortSignal.timeout(ANSWER_MS)]) });
    asked.end();
    const [response] = (await once(asked, 'response')) as [IncomingMessage];
    return { status: response.statusCode ?? 0, body: await readText(response) };
  } catch (error) {
    if (error instanceof CliError) throw error;
    throw new CliError('unreachable', `${url.origin} does not answer: ${messageOf(error)}`);
  }
}
