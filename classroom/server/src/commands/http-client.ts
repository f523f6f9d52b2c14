import { request as plainRequest } from 'node:http';
import { request as tlsRequest } from 'node:https';
import { sessionSchema } from '@rowhouse/classroom-protocol';
import { CommandError } from './errors.ts';

/** A signed-in person, as a program. */
export interface HttpClient {
  readonly origin: string;
  readonly cookie: string;
  readonly accountId: string;
  /** Nothing else works before. */
  readonly mustChangePassword: boolean;
  send(method: string, path: string, body?: string, headers?: Readonly<Record<string, string>>): Promise<HttpAnswer>;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

/** @throws CommandError when nobody answers, or the name or password is wrong */
export async function signIn(origin: string, name: string, password: string): Promise<HttpClient> {
  const answer = await exchange(origin, 'POST', '/api/session', JSON.stringify({ name, password }), {
    'content-type': 'application/json',
  });
  if (answer.status !== 200)
    throw new CommandError(`${name} could not sign in at ${origin}: ${messageIn(answer.text)}`);
  return clientFrom(origin, answer);
}

/** One's own password; ends every other session of the account. @throws CommandError with what the classroom objects to */
export async function changePassword(client: HttpClient, current: string, next: string): Promise<HttpClient> {
  const answer = await client.send('POST', '/api/session/password', JSON.stringify({ current, next }), {
    'content-type': 'application/json',
  });
  if (answer.status !== 200) throw new CommandError(`The password was not changed: ${messageIn(answer.text)}`);
  return clientFrom(client.origin, answer);
}

function clientFrom(origin: string, answer: HttpAnswer): HttpClient {
  const { account, csrfToken } = sessionSchema.parse(JSON.parse(answer.text));
  const cookie = [answer.headers['set-cookie'] ?? []]
    .flat()
    .map((line) => line.split(';')[0] ?? '')
    .join('; ');
  return {
    origin,
    cookie,
    accountId: account.id,
    mustChangePassword: account.mustChangePassword,
    send: (method, path, body, headers = {}) =>
      exchange(origin, method, path, body, { cookie, 'x-csrf-token': csrfToken, ...headers }),
  };
}

function exchange(
  origin: string,
  method: string,
  path: string,
  body: string | undefined,
  headers: Readonly<Record<string, string>>,
): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    const url = new URL(path, origin);
    // A certificate of one's own making is good enough to ask this machine.
    const send = url.protocol === 'https:' ? tlsRequest : plainRequest;
    const outgoing = send(url, { method, headers, rejectUnauthorized: false, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          text: Buffer.concat(chunks).toString('utf8'),
        }),
      );
    });
    outgoing.on('error', (error) =>
      reject(new CommandError(`Nobody answers at ${origin}: ${error.message}. Start it first: npm start -- classroom`)),
    );
    outgoing.end(body);
  });
}

function messageIn(text: string): string {
  try {
    return (JSON.parse(text) as { error: { message: string } }).error.message;
  } catch {
    return 'what answers there is something else';
  }
}
