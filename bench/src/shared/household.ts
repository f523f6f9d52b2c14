import {
  type Discovery,
  discoverySchema,
  MAIN_PATHS,
  type Ticket,
  ticketSchema,
  TOKEN_PARAMETER,
  USER_PATHS,
} from '@rowhouse/bufferbloat-protocol';
import { askJson, type JsonAnswer } from './json.ts';

/** The answer was not the one hoped for. */
export class Refused extends Error {
  override readonly name = 'Refused';
  readonly status: number;

  constructor(what: string, { status, body }: JsonAnswer) {
    super(`${what}: ${status} ${JSON.stringify(body)}`);
    this.status = status;
  }
}

/** Permission for one test of a household. @throws Refused */
export async function takeHouseholdTicket(mainPort: number, from: string): Promise<Ticket> {
  const path = `${MAIN_PATHS.tests}?mode=household`;
  const answer = await askJson({ port: mainPort, path, method: 'POST', from });
  if (answer.status !== 200 && answer.status !== 201) throw new Refused(`POST ${path} from ${from}`, answer);
  return ticketSchema.parse(answer.body);
}

/** Where a user's session is to be opened now. @throws Refused */
export async function discover(mainPort: number, from: string, userId: string, token: string): Promise<Discovery> {
  const path = `${USER_PATHS.session}/${userId}`;
  const answer = await askJson({
    port: mainPort,
    path: `${path}?${TOKEN_PARAMETER}=${encodeURIComponent(token)}`,
    from,
  });
  if (answer.status !== 200) throw new Refused(`discovery of ${userId} from ${from}`, answer);
  return discoverySchema.parse(answer.body);
}
